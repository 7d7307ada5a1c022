// Items, what the model was given of them, what it made of that, and how far it is off.
import * as Plot from "@observablehq/plot";
import { type Examples, examplesOf } from "../corrupted.ts";
import { type Html, html } from "../html.ts";
import { type Kind, kindOf } from "../kind.ts";
import { type Colouring, image, natural, type PictureShape, paint, sheet, signed } from "../pixels.ts";
import { chart } from "../plot.ts";
import type { Items } from "../run.ts";
import type { SectionMaker } from "../section.ts";

/** Width in pixels that a row of pictures may take. */
const WIDTH = 900;
const MOST = { pictures: 16, signals: 6 };

export const examples: SectionMaker = async (run) => {
  const kind = kindOf(run.manifest.input.shape);
  const found = await examplesOf(run, kind.kind === "picture" ? MOST.pictures : MOST.signals);
  if (!found || !run.items) return undefined;
  const given = found.corrupted ? "Corrupted as in training. " : "";
  if (kind.kind === "picture") {
    return {
      id: "examples",
      title: "Reconstructions",
      note: `${given}Items of ${run.items.source}. Errors: red where the result is too bright, blue where it is too dark.`,
      body: await pictures(found, kind.shape),
    };
  }
  return {
    id: "examples",
    title: "Reconstructions",
    note: `${given}Items of ${run.items.source}, and what the model makes of them.`,
    body: html`<div class="charts">${Array.from({ length: found.count }, (_, n) => signal(found, run.items as Items, kind, n))}</div>`,
  };
};

async function pictures({ items, corrupted, result, count }: Examples, shape: PictureShape): Promise<Html> {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const zoom = Math.max(1, Math.floor(WIDTH / (Math.min(count, MOST.pictures) * width)));
  const columns = Math.max(1, Math.min(count, Math.floor(WIDTH / (zoom * width))));
  const strip = async (name: string, values: Float32Array, colour: Colouring) => {
    const cut = Array.from({ length: columns }, (_, n) =>
      paint(values.subarray(n * size, (n + 1) * size), shape, colour),
    );
    return html`<tr><th>${name}</th><td>${await image(sheet(cut, columns), zoom, `${name}, ${columns} pictures`)}</td></tr>`;
  };
  const error = result.map((value, i) => value - (items[i] as number));
  return html`<table class="strips">${[
    await strip("original", items, natural),
    ...(corrupted ? [await strip("corrupted", corrupted, natural)] : []),
    await strip("result", result, natural),
    await strip("error", error, signed),
  ]}</table>`;
}

function signal(
  { items, corrupted, result }: Examples,
  { size }: Items,
  { channels, length }: Extract<Kind, { kind: "signal" }>,
  n: number,
): Html {
  const curve = (name: string, values: Float32Array) =>
    Array.from({ length: size }, (_, i) => ({
      at: Math.floor(i / channels),
      value: values[n * size + i] as number,
      name,
      line: `${name} ${i % channels}`,
    }));
  const error = result.map((value, i) => value - (items[i] as number));
  const names = ["original", ...(corrupted ? ["corrupted"] : []), "result", "error"];
  return chart({
    width: 395,
    height: 200,
    x: { label: null },
    y: { label: null, grid: true },
    color: {
      legend: n === 0,
      domain: names,
      range: names.map(
        (name) => ({ original: "#2563a8", corrupted: "#bbb", result: "#e07b00" })[name] ?? "#c22",
      ),
    },
    marks: [
      ...(corrupted ? [lines(curve("corrupted", corrupted), length)] : []),
      lines(curve("original", items), length),
      lines(curve("result", result), length),
      lines(curve("error", error), length, 0.6),
    ],
  });
}

/** Few values, such as those of a table's row, are marked by dots. */
function lines(points: readonly { readonly line: string }[], length: number, opacity = 1): Plot.Markish {
  const options = {
    x: "at",
    y: "value",
    stroke: "name",
    z: "line",
    strokeWidth: 1.3,
    strokeOpacity: opacity,
  };
  return Plot.lineY(points, length <= 40 ? { ...options, marker: "circle" } : options);
}
