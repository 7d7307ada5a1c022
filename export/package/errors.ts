// Why a package was not written; an earlier package of that name is then still there, untouched.

/** Base of all errors of this folder. */
export class PackageError extends Error {
  override name = "PackageError";
}

/** What was given to `writePackage` cannot become a package. */
export class PackageOptionError extends PackageError {
  override name = "PackageOptionError";
}

/** The target is something that must not be replaced. */
export class PackageTargetError extends PackageError {
  override name = "PackageTargetError";
}

/** ONNX Runtime cannot load a graph, run it on the samples, or gives other outputs than expected. */
export class GraphCheckError extends PackageError {
  override name = "GraphCheckError";
}

/** Where a graph's output is furthest from what tfjs computed. */
export interface Difference {
  /** The graph's file name. */
  readonly graph: string;
  readonly output: string;
  /** Largest absolute difference; Infinity where only one side is a finite number. */
  readonly maxAbs: number;
  /** Position in the output, batch first: `[item, ...]`. */
  readonly index: readonly number[];
  readonly expected: number;
  readonly actual: number;
  readonly batchSize: number;
}

/** A graph does not compute what tfjs computed. */
export class ParityError extends PackageError {
  override name = "ParityError";
  readonly difference: Difference;

  constructor(difference: Difference, tolerance: number) {
    const { graph, output, maxAbs, index, expected, actual, batchSize } = difference;
    super(
      `${graph}: output ${output} differs from tfjs by up to ${maxAbs}, at [${index.join(", ")}] ` +
        `(${actual} instead of ${expected}, batch of ${batchSize}); expected at most ${tolerance}`,
    );
    this.difference = difference;
  }
}
