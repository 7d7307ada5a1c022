// A picture of an item beside its neighbours in a feature table.
import sharp from "sharp";
import { type Dataset, openToWalk } from "../../data/index.ts";
import type { FeatureSetInfo, Neighbour } from "../../export/index.ts";
import { findPackageOf, openImageFor } from "../../export/index.ts";
import { EvaluationError } from "../errors.ts";
import { natural, type PictureShape, type Pixels, paint, sheet } from "../report/pixels.ts";

export interface NeighbourPictureOptions {
  /** The package. Default: the folder in which it lay when the table was made. */
  readonly package?: string;
  /** Pixels of the picture per pixel of an image. Default: so many that an image is about 84 wide. */
  readonly zoom?: number;
}

/** Pixels that an image is to be wide at least, and pictures between which there is a gap. */
const WIDTH = 84;
const GAP = 2;

/**
 * A PNG: the item, a gap, then its neighbours, the nearest first. They are read from the source that the table was made
 * from, which must be where it was.
 *
 * @param item an image file, or the id of a row
 * @throws EvaluationError where items are no pictures, or are not in the source any more; what reading it says
 */
export async function neighbourPicture(
  info: FeatureSetInfo,
  item: { readonly image: string } | { readonly id: string },
  neighbours: readonly Neighbour[],
  { package: given, zoom }: NeighbourPictureOptions = {},
): Promise<Buffer> {
  const { manifest } = await findPackageOf(info, given);
  const { shape, dtype } = manifest.input;
  const [height = 0, width = 0, channels = 0] = shape;
  if (dtype !== "uint8" || shape.length !== 3 || (channels !== 1 && channels !== 3)) {
    throw new EvaluationError(
      `${manifest.name}: takes ${dtype} items of [${shape.join(", ")}]; expected pictures to show: uint8, height x width x 1 or 3`,
    );
  }
  const dataset = await openToWalk(info.source.spec, manifest.input);
  try {
    const painted = async (from: Dataset, number: number) =>
      asPixels(await from.read(number, number + 1), [height, width, channels]);
    const first =
      "id" in item
        ? await painted(dataset, numberOf(dataset, item.id))
        : await inImage(await openImageFor(info, item.image, manifest), painted);
    const pictures = [first, blank(first)];
    for (const { id } of neighbours) pictures.push(await painted(dataset, numberOf(dataset, id)));
    return await asPng(sheet(pictures, pictures.length, GAP), zoom ?? Math.max(1, Math.round(WIDTH / width)));
  } finally {
    await dataset.close?.();
  }
}

async function inImage(
  dataset: Dataset,
  painted: (from: Dataset, number: number) => Promise<Pixels>,
): Promise<Pixels> {
  return painted(dataset, 0).finally(() => dataset.close?.());
}

/** As ids are given when a table is made: the source's, else its numbers. */
function numberOf(dataset: Dataset, id: string): number {
  const { length } = dataset;
  const found = dataset.id ? Array.from({ length }, (_, i) => dataset.id?.(i)).indexOf(id) : Number(id);
  if (found >= 0 && found < length) return found;
  throw new EvaluationError(
    `${dataset.name}: holds no item ${JSON.stringify(id)}; expected the source of the table`,
  );
}

function asPixels(bytes: ArrayLike<number>, shape: PictureShape): Pixels {
  return paint(
    Array.from(bytes, (value) => value / 255),
    shape,
    natural,
  );
}

function blank({ width, height, bytes }: Pixels): Pixels {
  return { width, height, bytes: new Uint8Array(bytes.length).fill(255) };
}

function asPng({ width, height, bytes }: Pixels, zoom: number): Promise<Buffer> {
  return sharp(bytes, { raw: { width, height, channels: 3 } })
    .resize(width * zoom, height * zoom, { kernel: "nearest" })
    .png()
    .toBuffer();
}
