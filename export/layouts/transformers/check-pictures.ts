// A model of transformers.js on pictures, against its encoder on the values that latentkit/runtime makes of them.
import { seededRandom } from "../../../data/random.ts";
import { modelPicture, toValues } from "../../../runtime/images/model-picture.ts";
import type { InputSpec } from "../../../runtime/index.ts";
import type { Samples } from "../../package/samples.ts";
import { VariantError } from "../../package/variants/errors.ts";
import { measureFidelity, runGraph } from "../../package/variants/fidelity.ts";
import { IMAGE_EMBEDS, PIXEL_VALUES } from "./pixel-values.ts";

/** Half of them gray. */
const PICTURES = 8;

/** A gray value may be rounded to the other side where it lies in the middle, so that a cosine of 1 is not asked for. */
const LEAST = 0.9999;

/** Rejects with `VariantError` where the codes differ. */
export async function checkPictures(
  input: InputSpec,
  encoder: Uint8Array,
  model: Uint8Array,
  path: string,
): Promise<void> {
  const picture = modelPicture(input);
  const area = picture.width * picture.height;
  const next = seededRandom(area);
  const planar = new Float32Array(PICTURES * 3 * area);
  const values: number[] = [];
  for (let n = 0; n < PICTURES; n++) {
    const pixels = new Uint8ClampedArray(3 * area);
    for (let i = 0; i < pixels.length; i++) {
      const isGray = n % 2 === 0 && i % 3 > 0;
      pixels[i] = isGray ? (pixels[i - 1] as number) : Math.floor(256 * next());
      planar[(3 * n + (i % 3)) * area + Math.floor(i / 3)] = pixels[i] as number;
    }
    for (const value of toValues(pixels, picture, input)) values.push(value);
  }
  const data = input.dtype === "uint8" ? Uint8Array.from(values) : Float32Array.from(values);
  const raw: Samples = { data, shape: [PICTURES, ...input.shape] };
  const pixels: Samples = { data: planar, shape: [PICTURES, 3, picture.height, picture.width] };
  const { codes } = await runGraph(encoder, { input: raw }, path);
  const { [IMAGE_EMBEDS]: embeds } = await runGraph(model, { [PIXEL_VALUES]: pixels }, path);
  if (!codes || !embeds) throw new VariantError(`${path}: the encoder gives no codes`);
  const { cosine } = measureFidelity({ codes }, { codes: embeds }, path);
  if (cosine >= LEAST) return;
  throw new VariantError(
    `${path}: on pictures its codes have a mean cosine of ${cosine} with the encoder's; expected at least ${LEAST}`,
  );
}
