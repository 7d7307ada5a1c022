// A loaded model as the protocol sees it: named tensors in and out.
import type { CallOptions, Runtime, Values } from "../../runtime/index.ts";

/** Element types of the Open Inference Protocol that models here have. */
export type Datatype = "UINT8" | "FP32";

export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  /** -1 for the batch. */
  readonly shape: readonly number[];
}

export interface OutputTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface ServedModel {
  readonly name: string;
  readonly input: TensorSpec;
  readonly outputs: readonly TensorSpec[];
  /** Computes the outputs with these names. */
  infer(
    images: { readonly data: Values; readonly shape: readonly number[] },
    outputs: ReadonlySet<string>,
    options?: CallOptions,
  ): Promise<ReadonlyMap<string, OutputTensor>>;
}

/**
 * Outputs: `codes`; `reconstruction` and `error`, its mean squared difference to the input; `probabilities` where the
 * model has a classifier.
 */
export function serveModel(runtime: Runtime): ServedModel {
  const { name, input, codes, reconstruction, classes } = runtime.info;
  const output = (output: string, shape: readonly number[]): TensorSpec => ({
    name: output,
    datatype: "FP32",
    shape: [-1, ...shape],
  });
  return {
    name,
    input: {
      name: "input",
      datatype: input.dtype === "uint8" ? "UINT8" : "FP32",
      shape: [-1, ...input.shape],
    },
    outputs: [
      output("codes", [codes.size]),
      output("reconstruction", reconstruction.shape),
      output("error", []),
      ...(classes ? [output("probabilities", [classes.length])] : []),
    ],
    async infer(images, wanted, options) {
      // Together: the runtime joins what waits into one batch.
      const [encoded, reconstructed, classified] = await Promise.all([
        wanted.has("codes") ? runtime.encode(images, options) : undefined,
        wanted.has("reconstruction") || wanted.has("error")
          ? runtime.reconstruct(images, options)
          : undefined,
        wanted.has("probabilities") ? runtime.classify(images, options) : undefined,
      ]);
      const error = reconstructed && { data: reconstructed.error, shape: [reconstructed.error.length] };
      const all: Readonly<Record<string, OutputTensor | undefined>> = {
        codes: encoded,
        reconstruction: reconstructed?.reconstruction,
        error,
        probabilities: classified?.probabilities,
      };
      return new Map(
        [...wanted].flatMap((one) => {
          const tensor = all[one];
          return tensor ? [[one, tensor] as const] : [];
        }),
      );
    },
  };
}
