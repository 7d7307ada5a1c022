// The errors of tracing, lowering and running recorded programs.

/** Base of all errors about turning a tfjs program into ONNX. */
export class OnnxError extends Error {
  override name = "OnnxError";
}

/** A kernel of the program has no ONNX form. */
export class UnsupportedKernelError extends OnnxError {
  override name = "UnsupportedKernelError";
  readonly kernel: string;
  readonly scope: string;

  constructor(kernel: string, scope: string, reason = "it has no ONNX lowering") {
    super(
      `kernel ${kernel}${within(scope)} can't be turned into ONNX: ${reason}; ` +
        "express that step with other tfjs operations, or keep it outside of the program",
    );
    this.kernel = kernel;
    this.scope = scope;
  }
}

/** A value was asked for before it was computed. */
export class PendingValueError extends OnnxError {
  override name = "PendingValueError";

  constructor(shape: readonly number[], dtype: string) {
    super(
      `a ${dtype} tensor of shape [${shape.join(", ")}] has been recorded but not computed: ` +
        "the onnx backend runs programs as a whole, so dataSync() and arraySync() have no answer yet; " +
        "use await tensor.data() or await tensor.array()",
    );
  }
}

/** A program reads values while it is being turned into ONNX. */
export class ValueReadError extends OnnxError {
  override name = "ValueReadError";

  constructor(shape: readonly number[], dtype: string, scope: string) {
    super(
      `the program reads the values of a ${dtype} tensor of shape [${shape.join(", ")}]${within(scope)} ` +
        "(dataSync(), arraySync()) and goes on in JavaScript: an ONNX model can't; " +
        "express that step with tfjs operations, or keep it outside of the program",
    );
  }
}

/** The program depends on a dimension that was to stay free. */
export class FreeDimensionError extends OnnxError {
  override name = "FreeDimensionError";
}

/** Arguments that a public function can't work with. */
export class ExportArgumentError extends OnnxError {
  override name = "ExportArgumentError";
}

/** " (in layer x)" for messages, or nothing where no layer is known. */
export function within(scope: string): string {
  return scope === "" ? "" : ` (in layer ${scope})`;
}
