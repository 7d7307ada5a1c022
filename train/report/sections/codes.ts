// How the numbers of codes are distributed, and how often each unit is active.
import * as Plot from "@observablehq/plot";
import { html } from "../html.ts";
import { chart } from "../plot.ts";
import type { SectionMaker } from "../section.ts";

const BINS = 60;

export const codes: SectionMaker = ({ items, manifest }) => {
  if (!items) return undefined;
  const { codeSize } = manifest;
  const activity = Array.from({ length: codeSize }, (_, unit) => {
    let active = 0;
    for (let i = unit; i < items.codes.length; i += codeSize) if (items.codes[i] !== 0) active++;
    return active / items.count;
  }).sort((a, b) => b - a);
  const zeros = items.codes.filter((value) => value === 0).length / items.codes.length;
  const bins = histogram(items.codes.filter((value) => value !== 0));
  const figures = [
    html`<figure><figcaption>${zeros > 0 ? "numbers that are not 0" : "all numbers of all codes"}</figcaption>${chart(
      {
        width: 440,
        height: 260,
        marginLeft: 60,
        x: { label: "value" },
        y: { label: null, grid: true, tickFormat: "~s" },
        marks: [
          Plot.rectY(bins, {
            x1: "from",
            x2: "to",
            y: "count",
            fill: "#2563a8",
            title: ({ from, to, count }: Bin) => `${from.toPrecision(3)} to ${to.toPrecision(3)}: ${count}`,
          }),
          Plot.ruleY([0]),
        ],
      },
    )}</figure>`,
    ...(zeros > 0
      ? [
          html`<figure><figcaption>share of items on which a unit is active, units in order of it</figcaption>${chart(
            {
              width: 440,
              height: 260,
              x: { label: "unit" },
              y: { label: null, grid: true, domain: [0, 1], tickFormat: ".0%" },
              marks: [
                Plot.areaY(activity, {
                  x: (_, i) => i + 1,
                  y: (share: number) => share,
                  fill: "#2563a8",
                  curve: "step",
                }),
                Plot.ruleY([0]),
              ],
            },
          )}</figure>`,
        ]
      : []),
  ];
  return {
    id: "codes",
    title: "Codes",
    note:
      `${items.count.toLocaleString("en")} codes of ${codeSize} numbers` +
      (zeros > 0 ? `; ${(100 * zeros).toFixed(1)} % of them are 0.` : "."),
    body: html`<div class="charts">${figures}</div>`,
  };
};

interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Of equal width, from the smallest value to the largest; none of no values. */
function histogram(values: Float32Array): Bin[] {
  if (values.length === 0) return [];
  const lowest = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const highest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const width = (highest - lowest) / BINS || 1;
  const counts = new Uint32Array(BINS);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor((value - lowest) / width));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return Array.from(counts, (count, i) => ({
    from: lowest + i * width,
    to: lowest + (i + 1) * width,
    count,
  }));
}
