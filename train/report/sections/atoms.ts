// The atoms of a sparse code of sound: what each number of the code adds to the signal, and where in time and frequency.
import * as Plot from "@observablehq/plot";
import { atomsOf, hasAtoms } from "../../evaluation/atoms.ts";
import { type Localisation, localise } from "../../evaluation/localisation.ts";
import { median } from "../../evaluation/median.ts";
import { type Html, html } from "../html.ts";
import { chart } from "../plot.ts";
import type { Items, ReportRun } from "../run.ts";
import type { SectionMaker } from "../section.ts";

/** Of the atoms that are drawn: as many as fit beside one another, and on one another in a plane. */
const [COLUMNS, ROWS] = [8, 10];
/** Shorter signals have no frequencies to speak of. */
const LEAST_LENGTH = 16;

interface Atom extends Localisation {
  /** Largest value 1, or -1. */
  readonly values: Float32Array;
}

/** Signals of one channel whose decoder is one linear layer; a table's rows are flat and have no time. */
export const atoms: SectionMaker = async (run) => {
  const [length = 0, channels] = run.manifest.input.shape;
  const isSignal = run.manifest.input.shape.length === 2 && channels === 1 && length >= LEAST_LENGTH;
  if (!isSignal || !hasAtoms(run.config.model)) return undefined;
  const found = await activeAtoms(run);
  if (found.length === 0) return undefined;
  const units = unitsOf(run.items);
  const drawn = evenly(found, COLUMNS * ROWS);
  const areas = found.map(({ area }) => area);
  const durations = found.map(({ time }) => time.width);
  const share = (100 * median(durations)) / length;
  const all = run.manifest.codeSize;
  return {
    id: "atoms",
    title: "Atoms",
    note:
      `An item is a sum of a few of these signals. ${found.length.toLocaleString("en")} of ${all.toLocaleString("en")} ` +
      `are active on some item; ${drawn.length === found.length ? "all" : drawn.length} are drawn, by rising frequency. ` +
      `Half of the active ones last less than ${units.duration(median(durations))}, ${share.toFixed(0)} % of a window, and ` +
      `take less than ${median(areas).toFixed(1)} of the time-frequency plane (duration × bandwidth: 1 is Gabor's ` +
      `elementary signal, 1.5 a tone as long as the window, ${Math.round(length / 8)} white noise).`,
    body: html`<div class="charts">${[waveforms(drawn, length, units), plane(found, drawn, length, units)]}</div>`,
  };
};

/** By frequency, lowest first. Where there are no items to see it from, all atoms that are not 0 count as active. */
async function activeAtoms({ items, runtime }: ReportRun): Promise<Atom[]> {
  const every = await atomsOf(runtime);
  const isActive = (unit: number) => {
    if (!items) return true;
    for (let i = unit; i < items.codes.length; i += every.length) if (items.codes[i] !== 0) return true;
    return false;
  };
  return every
    .flatMap((atom, unit): Atom[] => {
      const largest = atom.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      if (largest === 0 || !isActive(unit)) return [];
      return [{ values: atom.map((value) => value / largest), ...localise(atom) }];
    })
    .sort((a, b) => a.frequency.centre - b.frequency.centre);
}

/** How samples and cycles per sample are told: as milliseconds and hertz where the sampling rate is known. */
interface Units {
  readonly time: { readonly label: string; of(samples: number): number };
  readonly frequency: { readonly label: string; of(cycles: number): number };
  duration(samples: number): string;
  pitch(cycles: number): string;
}

function unitsOf(items: Items | undefined): Units {
  const rate = items?.sampleRate;
  if (rate === undefined) {
    return {
      time: { label: "time in samples", of: (samples) => samples },
      frequency: { label: "cycles per sample", of: (cycles) => cycles },
      duration: (samples) => `${samples.toFixed(0)} samples`,
      pitch: (cycles) => cycles.toFixed(3),
    };
  }
  return {
    time: { label: "time in ms", of: (samples) => (1000 * samples) / rate },
    frequency: { label: "frequency in Hz", of: (cycles) => cycles * rate },
    duration: (samples) => `${((1000 * samples) / rate).toFixed(1)} ms`,
    pitch: (cycles) => `${(cycles * rate).toFixed(0)} Hz`,
  };
}

function evenly(found: readonly Atom[], most: number): Atom[] {
  const count = Math.min(found.length, most);
  return Array.from({ length: count }, (_, n) => found[Math.floor((n * found.length) / count)] as Atom);
}

/** In rows, as one reads. */
function waveforms(drawn: readonly Atom[], length: number, { time, pitch }: Units): Html {
  const cells = drawn.map((atom, n) => ({ ...atom, column: n % COLUMNS, row: Math.floor(n / COLUMNS) }));
  const points = cells.flatMap(({ values, column, row }) =>
    Array.from(values, (value, i) => ({ at: time.of(i), value, column, row })),
  );
  const curves = chart({
    width: 1000,
    height: 58 * Math.ceil(drawn.length / COLUMNS) + 40,
    marginLeft: 4,
    marginRight: 4,
    marginTop: 4,
    marginBottom: 34,
    x: { label: time.label, domain: [0, time.of(length - 1)], ticks: 3, labelAnchor: "right" },
    y: { axis: null, domain: [-1.15, 1.15] },
    fx: { axis: null, padding: 0.08 },
    fy: { axis: null, padding: 0.08 },
    marks: [
      Plot.ruleY(cells, { fx: "column", fy: "row", y: 0, stroke: "#ddd" }),
      Plot.lineY(points, {
        ...{ fx: "column", fy: "row", x: "at", y: "value", z: null },
        ...{ stroke: "#2563a8", strokeWidth: 1 },
      }),
      Plot.text(cells, {
        ...{ fx: "column", fy: "row", frameAnchor: "top-left", dx: 1, dy: -1 },
        ...{ text: ({ frequency }: Atom) => pitch(frequency.centre), fill: "#555", stroke: "white" },
      }),
    ],
  });
  return html`<figure><figcaption>each as long as a window, its largest value scaled to 1</figcaption>${curves}</figure>`;
}

/** A dot for each atom, and for those drawn a rectangle as wide as their duration and as high as their bandwidth. */
function plane(
  found: readonly Atom[],
  drawn: readonly Atom[],
  length: number,
  { time, frequency }: Units,
): Html {
  const edge = (of: (x: number) => number, { centre, width }: Atom["time"], side: number, most: number) =>
    of(Math.min(most, Math.max(0, centre + (side * width) / 2)));
  const boxes = drawn.map((atom) => ({
    left: edge(time.of, atom.time, -1, length),
    right: edge(time.of, atom.time, 1, length),
    low: edge(frequency.of, atom.frequency, -1, 0.5),
    high: edge(frequency.of, atom.frequency, 1, 0.5),
  }));
  const picture = chart({
    width: 620,
    height: 460,
    marginLeft: 56,
    x: { label: time.label, domain: [0, time.of(length)] },
    y: { label: frequency.label, domain: [0, frequency.of(0.5)], grid: true },
    marks: [
      Plot.rect(boxes, {
        ...{ x1: "left", x2: "right", y1: "low", y2: "high", rx: 3 },
        ...{ fill: "#2563a8", fillOpacity: 0.07, stroke: "#2563a8", strokeOpacity: 0.6 },
      }),
      Plot.dot(found, {
        x: (atom: Atom) => time.of(atom.time.centre),
        y: (atom: Atom) => frequency.of(atom.frequency.centre),
        ...{ r: 1.6, fill: "#e07b00" },
      }),
      Plot.frame({ stroke: "#ccc" }),
    ],
  });
  const caption = "centres of all atoms; of those drawn, duration (wide) and bandwidth (high)";
  return html`<figure><figcaption>${caption}</figcaption>${picture}</figure>`;
}
