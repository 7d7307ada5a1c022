// What the caller says of a program's inputs, joined with what the program declares itself.
import type * as tf from "@tensorflow/tfjs";
import type { DeclaredInput } from "./callable.ts";
import { ExportArgumentError } from "./errors.ts";
import { checkKnownKeys } from "./known-keys.ts";
import { checkPreprocess, type Preprocess } from "./preprocess.ts";

export interface InputSpec {
  /** Name in the model; the program's own unless told. */
  readonly name?: string;
  /** Sizes; a string is a free dimension of that name, `null` one that the program declares or names itself. */
  readonly shape?: readonly (number | string | null)[];
  /** Element type of the tensor the program takes; as declared, or "float32". */
  readonly dtype?: "float32" | "int32" | "bool";
  /** What the model does to the raw input first. */
  readonly preprocess?: Preprocess;
}

export interface ResolvedInput {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly preprocess: Preprocess | undefined;
}

/** Joins both. Throws ExportArgumentError where they contradict each other or a shape is left open. */
export function resolveInputs(
  declared: readonly DeclaredInput[] | undefined,
  given: readonly InputSpec[],
): ResolvedInput[] {
  given.forEach((spec, i) => {
    const where = `input ${spec.name === undefined ? i : `"${spec.name}"`}`;
    checkKnownKeys(where, spec, ["name", "shape", "dtype", "preprocess"]);
    if (spec.preprocess) {
      checkKnownKeys(`${where}: preprocess`, spec.preprocess, ["dtype", "scale", "mean", "std", "layout"]);
    }
  });
  if (!declared && given.length === 0) {
    throw new ExportArgumentError('a function needs its inputs: [{ name: "x", shape: ["batch", 784] }]');
  }
  if (declared && given.length > 0 && given.length !== declared.length) {
    const names = declared.map(({ name }) => name).join(", ");
    throw new ExportArgumentError(`inputs: the model has ${declared.length} (${names}), got ${given.length}`);
  }
  const count = declared?.length ?? given.length;
  const resolved = Array.from({ length: count }, (_, i) => resolve(i, declared?.[i], given[i] ?? {}));
  const names = resolved.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ExportArgumentError(`inputs: the name "${twice}" is used twice`);
  return resolved;
}

function resolve(i: number, declared: DeclaredInput | undefined, given: InputSpec): ResolvedInput {
  const name = given.name ?? declared?.name ?? `input_${i}`;
  const dtype = tensorDtype(name, given.dtype ?? declared?.dtype ?? "float32");
  const open = given.shape ?? declared?.shape;
  if (!open) throw new ExportArgumentError(`input "${name}": a shape is needed, for example ["batch", 784]`);
  if (given.shape && declared) checkAgainst(name, given.shape, declared.shape);
  const shape = open.map((dim, axis) => {
    const own = dim ?? declared?.shape[axis] ?? null;
    if (own !== null) return checkDimension(name, own);
    if (axis === 0) return "batch";
    throw new ExportArgumentError(
      `input "${name}": dimension ${axis} of [${open.map((d) => d ?? "?").join(", ")}] is open; ` +
        "give its size, or a name to keep it free",
    );
  });
  if (given.preprocess) checkPreprocess(name, given.preprocess, shape);
  return { name, shape, dtype, preprocess: given.preprocess };
}

function checkDimension(name: string, dim: number | string): number | string {
  if (typeof dim === "string" ? /^[A-Za-z_]\w*$/.test(dim) : Number.isInteger(dim) && dim > 0) return dim;
  throw new ExportArgumentError(
    `input "${name}": a dimension is a whole number above 0 or a name of letters and digits, got ${JSON.stringify(dim)}`,
  );
}

function checkAgainst(name: string, given: readonly unknown[], declared: readonly (number | null)[]): void {
  const fits =
    given.length === declared.length &&
    declared.every((dim, axis) => dim === null || given[axis] === null || given[axis] === dim);
  if (fits) return;
  const show = (shape: readonly unknown[]) => `[${shape.map((dim) => dim ?? "?").join(", ")}]`;
  throw new ExportArgumentError(`input "${name}": the model takes ${show(declared)}, got ${show(given)}`);
}

function tensorDtype(name: string, dtype: tf.DataType): "float32" | "int32" | "bool" {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype;
  throw new ExportArgumentError(`input "${name}": ${dtype} tensors can't be inputs of an ONNX model`);
}
