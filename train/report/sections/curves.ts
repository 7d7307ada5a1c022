// How losses and codes developed, epoch by epoch.
import * as Plot from "@observablehq/plot";
import type { EpochRecord } from "../../run/state.ts";
import { type Html, html } from "../html.ts";
import { chart } from "../plot.ts";
import type { SectionMaker } from "../section.ts";

interface Point {
  readonly epoch: number;
  readonly value: number;
  /** Of which curve. */
  readonly series: string;
}

interface Curve {
  readonly title: string;
  readonly points: readonly Point[];
  /** Of the values' axis. */
  readonly unit?: string;
  readonly percent?: boolean;
}

export const curves: SectionMaker = ({ history, phases, config }) => {
  const of = (series: string, value: (epoch: EpochRecord) => number | null | undefined): Point[] =>
    history.flatMap((record) => {
      const y = value(record);
      return typeof y === "number" && Number.isFinite(y) ? [{ epoch: record.epoch, value: y, series }] : [];
    });
  const penalties = of("penalty", ({ penalty }) => penalty);
  const all: Curve[] = [
    {
      title: `loss (${config.loss})`,
      points: [
        ...of("training", ({ loss }) => loss),
        ...of("validation", ({ validationLoss }) => validationLoss),
      ],
    },
    { title: "learning rate", points: of("learning rate", ({ learningRate }) => learningRate) },
    { title: "penalty, weighted", points: penalties.some(({ value }) => value !== 0) ? penalties : [] },
    { title: "active units (L0)", points: of("active units", ({ l0 }) => l0) },
    { title: "dead units", points: of("dead units", ({ deadUnits }) => deadUnits), percent: true },
    {
      title: "explained variance",
      points: of("explained variance", ({ explainedVariance }) => explainedVariance),
      percent: true,
    },
    { title: "cosine similarity", points: of("cosine similarity", ({ cosine }) => cosine) },
    {
      title: "loss of other phases",
      points: phases.map(({ phase, epoch, loss }) => ({ epoch, value: loss, series: phase })),
    },
    {
      title: "classifier's accuracy",
      points: phases.flatMap(({ phase, epoch, accuracy }) =>
        typeof accuracy === "number" ? [{ epoch, value: accuracy, series: phase }] : [],
      ),
      percent: true,
    },
  ];
  const drawn = all.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return undefined;
  return { id: "curves", title: "Training", body: html`<div class="charts">${drawn.map(draw)}</div>` };
};

function draw({ title, points, percent = false }: Curve): Html {
  const many = new Set(points.map(({ series }) => series)).size > 1;
  const epochs = Math.max(...points.map(({ epoch }) => epoch));
  const stroke = many ? "series" : "#2563a8";
  const drawing = chart({
    width: 380,
    height: 230,
    marginLeft: 62,
    grid: true,
    x: {
      label: "epoch",
      domain: [epochs > 1 ? 1 : 0.5, Math.max(epochs, 1.5)],
      ticks: wholeTicks(epochs),
      tickFormat: "d",
    },
    y: { label: null, nice: true, ticks: 6, tickFormat: percent ? ".1%" : shortNumber },
    color: { legend: many, scheme: "tableau10" },
    marks: [
      Plot.lineY(points, { x: "epoch", y: "value", stroke, z: "series", strokeWidth: 1.8 }),
      Plot.dot(points, {
        x: "epoch",
        y: "value",
        fill: stroke,
        r: points.length > 60 ? 1.2 : 2.4,
        title: ({ series, epoch, value }: Point) => `${series}, epoch ${epoch}: ${value.toPrecision(5)}`,
      }),
    ],
  });
  return html`<figure><figcaption>${title}</figcaption>${drawing}</figure>`;
}

/** Learning rates end in millionths. */
const shortNumber = (value: number) => String(Number(value.toPrecision(5)));

/** Whole epochs, not more than eight of them. */
function wholeTicks(epochs: number): number[] {
  const step = Math.max(1, Math.ceil(epochs / 8));
  return Array.from({ length: Math.floor((epochs - 1) / step) + 1 }, (_, i) => 1 + i * step);
}
