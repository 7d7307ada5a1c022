// Turns what people have (pictures, arrays of pictures and values) into the raw values that a model takes.
import { InputError } from "../errors.ts";
import type { InputSpec } from "../manifest.ts";
import type { Images, RawItems, Values } from "../types.ts";
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
  const size = spec.shape.reduce((product, d) => product * d, 1);
  const parts = await Promise.all(
    given.map(async (member, i) => {
      const what = `images[${i}]`;
      return rawValues((await readPicture(member, what, spec, options)) ?? member, what, size, spec);
    }),
  );
  const count = parts.reduce((sum, part) => sum + part.length, 0);
  const values = spec.dtype === "uint8" ? new Uint8Array(count) : new Float32Array(count);
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return values;
}

/** An array's member that is no picture: whole items of the model's kind of values. */
function rawValues(given: unknown, what: string, size: number, { dtype, shape }: InputSpec): Values {
  const values = isShaped(given) ? given.data : given;
  const fits =
    dtype === "uint8"
      ? values instanceof Uint8Array || values instanceof Uint8ClampedArray
      : values instanceof Float32Array || values instanceof Float64Array;
  if (!fits) {
    const name = dtype === "uint8" ? "Uint8Array" : "Float32Array";
    throw new InputError(`${what} is ${kindOf(given)}; expected a picture or a ${name}`);
  }
  const raw = values as Values;
  const wanted = `[${shape.join(", ")}] or [n, ${shape.join(", ")}]`;
  if (raw.length % size !== 0) {
    throw new InputError(`${what} holds ${raw.length} values; expected a multiple of ${size}, as ${wanted}`);
  }
  if (isShaped(given)) {
    const found = given.shape.join();
    if (
      found !== `${raw.length / size},${shape.join()}` &&
      !(found === shape.join() && raw.length === size)
    ) {
      throw new InputError(`${what} has shape [${given.shape.join(", ")}]; expected ${wanted}`);
    }
  }
  return raw;
}

function readPicture(
  given: unknown,
  what: string,
  spec: InputSpec,
  options: ReadOptions,
): Promise<RawItems> | undefined {
  if (ArrayBuffer.isView(given) === false && typeof given === "object" && given !== null && isRaster(given)) {
    return Promise.resolve().then(() => fromRaster(given, what, spec, options));
  }
  return options.decode(given, what)?.then((raster) => fromRaster(raster, what, spec, options));
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

function isShaped(given: unknown): given is { readonly data: unknown; readonly shape: readonly number[] } {
  return (
    typeof given === "object" &&
    given !== null &&
    "data" in given &&
    "shape" in given &&
    Array.isArray(given.shape)
  );
}

export function kindOf(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  const name = typeof given === "object" ? (given.constructor?.name ?? "object") : typeof given;
  return `a ${name}`;
}
