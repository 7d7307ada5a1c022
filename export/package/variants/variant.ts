// One smaller variant of one graph: made, run, and refused where it is of no use.
import { LEAST_COSINE, type VariantDtype } from "./dtypes.ts";
import { VariantError } from "./errors.ts";
import { type Fidelity, measureFidelity, type NamedSamples, runGraph } from "./fidelity.ts";
import { toHalf } from "./half.ts";
import { quantize } from "./quantize.ts";

export interface VariantGraph extends Fidelity {
  readonly dtype: VariantDtype;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** Operators whose weights stayed float32. */
  readonly kept: readonly string[];
}

export interface SourceGraph {
  /** `encoder.onnx`: its variant is `encoder.q8.onnx`. */
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/**
 * Makes a variant and compares it with its float32 graph; `undefined` where there is nothing to quantise.
 *
 * @param feeds at least one sample for every input
 * @param expected what the float32 graph gives for them
 *
 * Rejects with `VariantError` where the graph cannot be rewritten or run, or its outputs are of no use.
 */
export async function makeVariant(
  { fileName: source, bytes: original }: SourceGraph,
  dtype: VariantDtype,
  feeds: NamedSamples,
  expected: NamedSamples,
): Promise<VariantGraph | undefined> {
  const made = dtype === "fp16" ? { bytes: toHalf(original, source), kept: [] } : quantize(original, source);
  if (!made) return undefined;
  const { bytes, kept } = made;
  const fileName = variantName(source, dtype);
  const fidelity = measureFidelity(expected, await runGraph(bytes, feeds, fileName), fileName);
  if (fidelity.cosine < LEAST_COSINE) {
    throw new VariantError(
      `${fileName}: its outputs have a mean cosine of ${fidelity.cosine.toFixed(4)} with those of ${source}; ` +
        `expected at least ${LEAST_COSINE}: leave ${dtype} out`,
    );
  }
  return { dtype, fileName, bytes, kept, ...fidelity };
}

export function variantName(fileName: string, dtype: VariantDtype): string {
  return `${fileName.replace(/\.onnx$/, "")}.${dtype}.onnx`;
}
