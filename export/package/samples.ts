// Real samples with their expected outputs, cut into batches for a graph check.
import { PackageOptionError } from "./errors.ts";

/** Numbers as tfjs and ONNX hold them. */
export type SampleData = Float32Array | Float64Array | Int32Array | Uint8Array | BigInt64Array;

/** A batch of values; the first dimension counts samples. */
export interface Samples {
  readonly data: SampleData;
  readonly shape: readonly number[];
}

/** Inputs by name, and by name what tfjs computed from them. */
export interface GraphCheck {
  readonly feeds: Readonly<Record<string, Samples>>;
  readonly expected: Readonly<Record<string, Samples>>;
}

/**
 * The number of samples, the same in all feeds and expected outputs.
 * Throws `PackageOptionError` for shapes that do not fit, or fewer than 2 samples: one says nothing of the batch.
 */
export function sampleCount({ feeds, expected }: GraphCheck, graph: string): number {
  const [first] = Object.values(feeds);
  const count = first?.shape[0] ?? 0;
  if (count < 2) {
    throw new PackageOptionError(
      `${graph}: check.feeds holds ${count} samples; expected at least 2, to try batches of 1 and of all`,
    );
  }
  if (Object.keys(expected).length === 0) {
    throw new PackageOptionError(
      `${graph}: check.expected is empty; expected every output that tfjs computed`,
    );
  }
  for (const [kind, named] of Object.entries({ feeds, expected })) {
    for (const [name, { data, shape }] of Object.entries(named)) {
      const size = shape.reduce((product, d) => product * d, 1);
      if (shape[0] === count && data.length === size) continue;
      throw new PackageOptionError(
        `${graph}: check.${kind}.${name} has shape [${shape.join(", ")}] and ${data.length} values; ` +
          `expected ${count} samples`,
      );
    }
  }
  return count;
}

/** Samples `start` to `end` (excluded) of each. */
export function cutSamples(
  named: Readonly<Record<string, Samples>>,
  start: number,
  end: number,
): Readonly<Record<string, Samples>> {
  return Object.fromEntries(
    Object.entries(named).map(([name, { data, shape }]) => {
      const [, ...itemShape] = shape;
      const size = itemShape.reduce((product, d) => product * d, 1);
      return [name, { data: data.slice(start * size, end * size), shape: [end - start, ...itemShape] }];
    }),
  );
}
