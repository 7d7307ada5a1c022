// The tensors of a run in a fixed order, as bytes and back.
import * as tf from "@tensorflow/tfjs";
import { TrainError } from "../errors.ts";

/** A variable under the name that a checkpoint gives it. */
export type NamedVariables = ReadonlyMap<string, tf.Variable>;

export interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  /** In bytes, within the file. All tensors are float32. */
  readonly offset: number;
}

export interface PackedTensors {
  readonly entries: readonly TensorEntry[];
  readonly bytes: Uint8Array;
}

export async function packTensors(variables: NamedVariables): Promise<PackedTensors> {
  const entries: TensorEntry[] = [];
  const parts: Float32Array[] = [];
  let offset = 0;
  for (const [name, variable] of variables) {
    const data = (await variable.data()) as Float32Array;
    entries.push({ name, shape: variable.shape, offset });
    parts.push(data);
    offset += data.byteLength;
  }
  const all = new Float32Array(offset / Float32Array.BYTES_PER_ELEMENT);
  parts.forEach((part, i) => {
    all.set(part, (entries[i] as TensorEntry).offset / Float32Array.BYTES_PER_ELEMENT);
  });
  return { entries, bytes: new Uint8Array(all.buffer) };
}

/** Assigns saved tensors to variables of the same names and shapes. Throws TrainError where they are others. */
export function unpackTensors(
  { entries, bytes }: PackedTensors,
  variables: NamedVariables,
  where: string,
): void {
  const names = [...variables.keys()].join();
  if (entries.map(({ name }) => name).join() !== names) {
    throw new TrainError(
      `${where}: holds the tensors ${entries.map(({ name }) => name).join()}; expected ${names}`,
    );
  }
  // A copy of its own is aligned, whatever the file's buffer is.
  const floats = new Float32Array(bytes.slice().buffer);
  for (const { name, shape, offset } of entries) {
    const variable = variables.get(name) as tf.Variable;
    if (shape.join() !== variable.shape.join()) {
      throw new TrainError(`${where}: tensor ${name} is [${shape}]; expected [${variable.shape}]`);
    }
    const start = offset / Float32Array.BYTES_PER_ELEMENT;
    const value = tf.tensor(floats.subarray(start, start + variable.size), variable.shape);
    variable.assign(value);
    value.dispose();
  }
}

/** Makes `cpu` tfjs's backend and puts the variables there, where they can be read at any time: not all backends can. */
export async function moveToCpu(variables: NamedVariables): Promise<void> {
  const packed = await packTensors(variables);
  await tf.setBackend("cpu");
  unpackTensors(packed, variables, "weights");
}
