// Turns what people have (pictures, arrays of pictures and values) into the raw values that a model takes.
import { concat } from "../arrays.ts";
import { InputError } from "../errors.ts";
import { checkImages } from "../input.ts";
import type { InputSpec } from "../manifest.ts";
import { isCount } from "../schema.ts";
import type { Images, RawItems } from "../types.ts";
import { modelPicture, toValues } from "./model-picture.ts";
import { type Fit, place } from "./place.ts";
import { isRaster, type Raster } from "./raster.ts";
import { resize } from "./resize.ts";

/**
 * Decodes what only one home knows: files in Node, elements of a page in the browser. Undefined where the thing is
 * none of those. Rejects with `InputError` where it cannot be decoded; `what` names it in messages.
 */
export type Decoder = (given: unknown, what: string) => Promise<Raster> | undefined;

export interface ReadOptions {
  readonly fit: Fit;
  readonly background: "white" | "black";
  readonly decode: Decoder;
}

/**
 * Undefined where this is raw values (or nothing known), which `encode` checks itself; else a promise of them.
 * An array's members may be of different kinds; the items of each follow those of the one before.
 */
export function readPictures(
  given: Images,
  spec: InputSpec,
  options: ReadOptions,
): Promise<RawItems> | undefined {
  if (!Array.isArray(given)) return readPicture(given, "images", spec, options);
  return readAll(given, spec, options);
}

async function readAll(given: readonly unknown[], spec: InputSpec, options: ReadOptions): Promise<RawItems> {
  const parts = await Promise.all(
    given.map(async (member, i) => {
      const what = `images[${i}]`;
      return checkImages((await readPicture(member, what, spec, options)) ?? member, spec, what).values;
    }),
  );
  return concat(parts, spec.dtype);
}

function readPicture(
  given: unknown,
  what: string,
  spec: InputSpec,
  options: ReadOptions,
): Promise<RawItems> | undefined {
  const raster = isRaster(given) ? Promise.resolve(given) : options.decode(given, what);
  return raster?.then((picture) => fromRaster(picture, what, spec, options));
}

function fromRaster(
  picture: Raster,
  what: string,
  spec: InputSpec,
  { fit, background }: ReadOptions,
): RawItems {
  const { width, height, data } = picture;
  if (!isCount(width) || !isCount(height) || data.length !== width * height * 4) {
    throw new InputError(
      `${what} is a picture of ${width} x ${height} pixels with ${data.length} bytes; ` +
        "expected red, green, blue and alpha of each pixel",
    );
  }
  const target = modelPicture(spec);
  const pixels = resize(picture, place(picture, target, fit), target, background === "white" ? 255 : 0);
  return toValues(pixels, target, spec);
}
