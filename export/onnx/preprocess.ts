// Pixel scaling and layout inside the graph, so that raw images can be fed.

import { ExportArgumentError } from "./errors.ts";
import type { GraphBuilder } from "./graph/builder.ts";
import type { ElementType, Value } from "./graph/value.ts";

/** What a model does to an input before the trained program sees it: x·scale, minus mean, over std, as NHWC. */
export interface Preprocess {
  /** Element type of the model's input; "uint8" unless told. */
  readonly dtype?: "uint8" | "float32";
  /** Factor on every element; 1 unless told. 1/255 brings bytes to [0, 1]. */
  readonly scale?: number;
  /** Subtracted after scaling: one number, or one per channel. */
  readonly mean?: number | readonly number[];
  /** Divided by after the mean: one number, or one per channel. */
  readonly std?: number | readonly number[];
  /** Layout of the model's input images; "HWC" (as tfjs has them) unless told. */
  readonly layout?: "HWC" | "CHW";
}

/** Checks a preprocessing against the shape [batch, …] that the program takes. */
export function checkPreprocess(input: string, preprocess: Preprocess, shape: readonly unknown[]): void {
  const channels = shape.at(-1);
  for (const key of ["mean", "std"] as const) {
    const value = preprocess[key];
    if (value === undefined || typeof value === "number") continue;
    if (value.length !== channels) {
      throw new ExportArgumentError(
        `input "${input}": preprocess.${key} has ${value.length} numbers, expected one per channel (${channels})`,
      );
    }
  }
  if ([preprocess.std ?? 1].flat().includes(0)) {
    throw new ExportArgumentError(`input "${input}": preprocess.std is 0, expected numbers above 0`);
  }
  if (preprocess.layout === "CHW" && shape.length !== 4) {
    throw new ExportArgumentError(
      `input "${input}": preprocess.layout CHW needs images [batch, height, width, channels], got rank ${shape.length}`,
    );
  }
}

/** The model input's element type and shape for a program that takes `shape`. */
export function rawInput(
  preprocess: Preprocess,
  shape: readonly number[],
): { dtype: ElementType; shape: number[] } {
  const dtype = preprocess.dtype ?? "uint8";
  if (preprocess.layout !== "CHW") return { dtype, shape: [...shape] };
  const [n, h, w, c] = shape as [number, number, number, number];
  return { dtype, shape: [n, c, h, w] };
}

/** Nodes from the raw input to what the program takes. */
export function prepare(g: GraphBuilder, preprocess: Preprocess, raw: Value): Value {
  g.scope = "preprocess";
  let x = g.cast(raw, "float32");
  if (preprocess.layout === "CHW") x = g.transpose(x, [0, 2, 3, 1]);
  if (preprocess.scale !== undefined && preprocess.scale !== 1) x = g.mul(x, g.scalar(preprocess.scale));
  if (preprocess.mean !== undefined) x = g.sub(x, vector(g, preprocess.mean));
  if (preprocess.std !== undefined) x = g.div(x, vector(g, preprocess.std));
  g.scope = "";
  return x;
}

function vector(g: GraphBuilder, value: number | readonly number[]): Value {
  return typeof value === "number" ? g.scalar(value) : g.numbers(value);
}
