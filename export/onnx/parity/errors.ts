// Why a written model did not pass its check.
import { OnnxError } from "../errors.ts";

/** The ONNX file cannot be run, or tfjs cannot run the program on the samples of the check. */
export class ModelCheckError extends OnnxError {
  override name = "ModelCheckError";
}

/** Where an output is furthest from what tfjs computed. */
export interface OutputDifference {
  readonly output: string;
  readonly maxAbs: number;
  /** Position in the output. */
  readonly index: readonly number[];
  readonly expected: number;
  readonly actual: number;
}

/** The ONNX file gives something else than tfjs. */
export class ModelMismatchError extends OnnxError {
  override name = "ModelMismatchError";
  readonly difference: OutputDifference;

  constructor(difference: OutputDifference, tolerance: number, sample: string) {
    const { output, index, expected, actual } = difference;
    super(
      `output "${output}" differs from tfjs at [${index.join(", ")}]: ${actual} instead of ${expected}, ` +
        `on ${sample}; expected at most ${tolerance}·(1 + |value|)`,
    );
    this.difference = difference;
  }
}
