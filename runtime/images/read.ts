// Turns what people have (pictures, arrays of pictures and values) into the raw values that a model takes.
import { arrayOf, concat, isShaped, kindOf, suits } from "../arrays.ts";
import { InputError } from "../errors.ts";
import { checkImages } from "../input.ts";
import type { InputSpec } from "../manifest.ts";
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
      return checkImages(
        (await readPicture(member, what, spec, options)) ?? raw(member, what, spec),
        spec,
        what,
      ).values;
    }),
  );
  return concat(parts, arrayOf(spec.dtype));
}

/** An array's member that is no picture. */
function raw(given: unknown, what: string, { dtype }: InputSpec): RawItems {
  if (suits(dtype, isShaped(given) ? given.data : given)) return given as RawItems;
  throw new InputError(`${what} is ${kindOf(given)}; expected a picture or a ${arrayOf(dtype).name}`);
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
  const whole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!whole || data.length !== width * height * 4) {
    throw new InputError(
      `${what} is a picture of ${width} x ${height} pixels with ${data.length} bytes; ` +
        "expected red, green, blue and alpha of each pixel",
    );
  }
  const target = modelPicture(spec);
  const pixels = resize(picture, place(picture, target, fit), target, background === "white" ? 255 : 0);
  return toValues(pixels, target, spec);
}
