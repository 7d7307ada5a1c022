// What the units of the first layer look for.
import * as Plot from "@observablehq/plot";
import { type Html, html } from "../html.ts";
import { kindOf } from "../kind.ts";
import { type Colouring, image, type PictureShape, type Pixels, paint, sheet } from "../pixels.ts";
import { chart } from "../plot.ts";
import type { Kernel, ReportRun } from "../run.ts";
import type { SectionMaker } from "../section.ts";

const MOST = { pictures: 100, signals: 24 };
/** Pixels that a filter's picture is wide, more or less, and all of them together. */
const [SIDE, WIDTH] = [56, 900];

/** A unit's weights as something to be looked at. */
type Filter = { readonly values: Float32Array } & (
  | { readonly picture: PictureShape }
  | { readonly channels: number }
);

export const filters: SectionMaker = async (run) => {
  const found = run.kernel && filtersOf(run.kernel, run);
  const [first] = found ?? [];
  if (!found || !first) return undefined;
  const most = "picture" in first ? MOST.pictures : MOST.signals;
  const shown = found.slice(0, most);
  const count =
    found.length > most ? `The first ${most} of ${found.length} units` : `All ${found.length} units`;
  return {
    id: "filters",
    title: "First layer",
    note: `${count}: the weights of each, from its largest below zero to its largest above.`,
    body:
      "picture" in first
        ? await asPictures(shown, first.picture)
        : html`<div class="charts small">${shown.map((filter, unit) => waveform(filter, unit))}</div>`,
  };
};

/**
 * Dense layers have a column for each unit, [values, units], to be read as an item; convolutions
 * [height, width, channels, filters], of height 1 over signals.
 */
function filtersOf({ shape, values }: Kernel, { manifest, config }: ReportRun): Filter[] | undefined {
  const units = shape.at(-1) as number;
  const size = values.length / units;
  const columns = Array.from({ length: units }, (_, unit) =>
    Float32Array.from({ length: size }, (_, i) => values[i * units + unit] as number),
  );
  const [height = 1, width = 1, channels = 1] = shape;
  if (shape.length === 4 && (config.model.architecture === "conv1d" || height === 1)) {
    return columns.map((column) => ({ values: column, channels }));
  }
  if (shape.length === 4)
    return columns.map((column) => ({ values: column, picture: [height, width, channels] }));
  const kind = kindOf(manifest.input.shape);
  if (shape.length !== 2 || size !== manifest.input.shape.reduce((product, d) => product * d, 1))
    return undefined;
  return columns.map((column) =>
    kind.kind === "picture"
      ? { values: column, picture: kind.shape }
      : { values: column, channels: kind.channels },
  );
}

const colour: Colouring = (channels) => {
  const levels = channels.map((value) => 127.5 * (1 + value));
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  const [r = mean, g = mean, b = mean] = channels.length === 3 ? levels : [];
  return [r, g, b];
};

async function asPictures(all: readonly Filter[], shape: PictureShape): Promise<Html> {
  const pictures = all.map(({ values }): Pixels => {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    return paint(
      values.map((value) => value / largest),
      shape,
      colour,
    );
  });
  const zoom = Math.max(1, Math.round(SIDE / shape[1]));
  const columns = Math.max(1, Math.floor(WIDTH / (zoom * (shape[1] + 1))));
  return image(sheet(pictures, columns), zoom, `weights of ${all.length} units`);
}

function waveform(filter: Filter, unit: number): Html {
  const channels = "channels" in filter ? filter.channels : 1;
  const points = Array.from(filter.values, (value, i) => ({
    at: Math.floor(i / channels),
    value,
    channel: i % channels,
  }));
  return chart({
    width: 210,
    height: 110,
    marginLeft: 8,
    marginRight: 8,
    marginBottom: 8,
    x: { axis: null },
    y: { axis: null, label: null },
    color: { scheme: "tableau10", type: "categorical" },
    marks: [
      Plot.ruleY([0], { stroke: "#ccc" }),
      Plot.lineY(points, { x: "at", y: "value", z: "channel", stroke: channels > 1 ? "channel" : "#2563a8" }),
      Plot.text([`${unit + 1}`], { frameAnchor: "top-left", fill: "#888", dx: 2, dy: 2 }),
    ],
  });
}
