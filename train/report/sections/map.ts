// Codes on a plane: where items lie, and what they look like.
import * as Plot from "@observablehq/plot";
import { type Html, html } from "../html.ts";
import { kindOf } from "../kind.ts";
import { dataUrl, natural, type PictureShape, paint } from "../pixels.ts";
import { projectOnPlane } from "../plane.ts";
import { chart } from "../plot.ts";
import type { Items } from "../run.ts";
import type { SectionMaker } from "../section.ts";

/** Pixels of a map, and of a thumbnail's longer side; pictures larger than that make a file large. */
const [SIDE, THUMBNAIL, LARGEST_PICTURE] = [608, 24, 64];
/** Colours tell so many classes apart. */
const MOST_CLASSES = 20;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly item: number;
}

export const map: SectionMaker = async ({ items, manifest }) => {
  if (!items || items.count < 3) return undefined;
  const isPlane = manifest.codeSize === 2;
  const plane = isPlane
    ? items.codes
    : manifest.codeSize > 2
      ? projectOnPlane(items.codes, manifest.codeSize)
      : undefined;
  if (!plane) return undefined;
  const places = Array.from(
    { length: items.count },
    (_, item): Place => ({
      x: plane[2 * item] as number,
      y: plane[2 * item + 1] as number,
      label: items.labels?.[item] ?? "",
      item,
    }),
  );
  const kind = kindOf(manifest.input.shape);
  const axes = isPlane ? "the code's two numbers" : "the two directions in which codes vary most (PCA)";
  return {
    id: "map",
    title: "Map of codes",
    note: `${items.count.toLocaleString("en")} items of ${items.source} by ${axes}.`,
    body: html`<div class="charts">${[dots(places, isPlane), kind.kind === "picture" ? await thumbnails(places, items, kind.shape, isPlane) : undefined]}</div>`,
  };
};

const frame = (isPlane: boolean): Plot.PlotOptions => ({
  width: SIDE,
  height: SIDE,
  x: { label: isPlane ? "first number" : "first component" },
  y: { label: isPlane ? "second number" : "second component" },
});

function dots(places: readonly Place[], isPlane: boolean): Html {
  const labels = [...new Set(places.map(({ label }) => label))].sort((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  const hasColours = labels.length > 1 && labels.length <= MOST_CLASSES;
  return chart({
    ...frame(isPlane),
    grid: true,
    ...(hasColours && {
      color: { legend: true, domain: labels, scheme: labels.length > 10 ? "rainbow" : "tableau10" },
    }),
    marks: [
      Plot.dot(places, {
        x: "x",
        y: "y",
        r: 2,
        fill: hasColours ? "label" : "#2563a8",
        fillOpacity: 0.75,
        title: ({ label, item }: Place) => (label === "" ? `item ${item}` : label),
      }),
    ],
  });
}

/** One item for each cell of a grid, shown in its middle, so that none hides another. */
async function thumbnails(
  places: readonly Place[],
  { rows, size }: Items,
  shape: PictureShape,
  isPlane: boolean,
): Promise<Html | undefined> {
  const [height, width] = shape;
  if (Math.max(height, width) > LARGEST_PICTURE) return undefined;
  const cells = Math.floor(SIDE / (THUMBNAIL * 1.1));
  const extent = (values: readonly number[]) => {
    const lowest = Math.min(...values);
    return { lowest, step: (Math.max(...values) - lowest) / cells || 1 };
  };
  const [across, along] = [extent(places.map(({ x }) => x)), extent(places.map(({ y }) => y))];
  const shown = new Map<string, Place>();
  for (const place of places) {
    const column = Math.min(cells - 1, Math.floor((place.x - across.lowest) / across.step));
    const row = Math.min(cells - 1, Math.floor((place.y - along.lowest) / along.step));
    const [x, y] = [across.lowest + (column + 0.5) * across.step, along.lowest + (row + 0.5) * along.step];
    if (!shown.has(`${column},${row}`)) shown.set(`${column},${row}`, { ...place, x, y });
  }
  const pictures = await Promise.all(
    [...shown.values()].map(async (place) => ({
      ...place,
      src: await dataUrl(paint(rows.subarray(place.item * size, (place.item + 1) * size), shape, natural)),
    })),
  );
  return chart({
    ...frame(isPlane),
    inset: THUMBNAIL / 2,
    marks: [
      Plot.image(pictures, {
        x: "x",
        y: "y",
        src: "src",
        width: (THUMBNAIL * width) / Math.max(height, width),
        height: (THUMBNAIL * height) / Math.max(height, width),
        imageRendering: "pixelated",
        title: ({ label }: Place) => label,
      }),
    ],
  });
}
