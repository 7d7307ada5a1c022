// The atoms of a linear decoder: what each number of a code adds to an item.
import type { Runtime } from "../../runtime/index.ts";
import type { ModelConfig } from "../config/model.ts";

/** Whether an item is a sum of atoms, each times its number in the code, and a constant. */
export function hasAtoms(model: ModelConfig): boolean {
  if (model.output !== "linear") return false;
  if (model.architecture === "linear") return true;
  const layered = model.architecture === "dense" || model.architecture === "tied";
  return layered && model.hidden.length === 0;
}

/** Of a decoder for which {@link hasAtoms} is true, in the order of the code's numbers: [values of an item] each. */
export async function atomsOf(runtime: Runtime): Promise<Float32Array[]> {
  const size = runtime.info.codes.size;
  // One code of zeros, which gives the constant, and one for each atom.
  const codes = new Float32Array((size + 1) * size);
  for (let i = 0; i < size; i++) codes[(i + 1) * size + i] = 1;
  const { data } = await runtime.decode({ data: codes, shape: [size + 1, size] });
  const values = data.length / (size + 1);
  return Array.from({ length: size }, (_, i) =>
    Float32Array.from(
      { length: values },
      (_, j) => (data[(i + 1) * values + j] as number) - (data[j] as number),
    ),
  );
}
