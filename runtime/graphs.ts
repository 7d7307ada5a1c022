// What the runtime needs of an ONNX session, whichever library made it, and the check that graphs fit their manifest.
import type { Dtype, GraphArray } from "./arrays.ts";
import { ManifestError, show } from "./errors.ts";
import type { ByRole, Manifest, Role } from "./manifest.ts";

/** Values on the JavaScript side. */
export interface GraphTensor {
  readonly data: GraphArray;
  readonly shape: readonly number[];
}

/** One input or output as the graph declares it; free dimensions are names. What is no tensor has a name alone. */
export interface Port {
  readonly name: string;
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}

/** One input or output of a graph, as the manifest promises it. */
export interface PortSpec {
  readonly name: string;
  readonly dtype: Dtype;
  /** Of one item. */
  readonly shape: readonly number[];
}

/** `T` is the library's own tensor: between encoder and decoder values need not leave the device. */
export interface GraphSession<T> {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** May keep the array; nobody writes to it until the run that takes the tensor has settled. */
  tensor(values: GraphTensor): T;
  /** The values; numbers fill a buffer that is nobody else's. */
  read(tensor: T): Promise<{ readonly data: unknown; readonly shape: readonly number[] }>;
  /** Computes these outputs of a batch, and no others. */
  run(
    feeds: Readonly<Record<string, T>>,
    outputs: readonly PortSpec[],
    count: number,
  ): Promise<Readonly<Record<string, T>>>;
  release(): Promise<void>;
}

/** What a graph takes and what it gives, in the order of a job's inputs and outputs. */
export type Ports = readonly [takes: readonly PortSpec[], gives: readonly PortSpec[]];

/** By its manifest. */
export function portsOf({ input, outputs }: Manifest): Readonly<Record<Role, Ports>> {
  const { codes, reconstruction, switches = [], classes = [] } = outputs;
  const raw = [{ ...input, name: "input" }];
  const passedOn = [{ ...codes, name: "codes" }, ...switches];
  return {
    encoder: [raw, passedOn],
    decoder: [passedOn, [{ ...reconstruction, name: "reconstruction" }]],
    classifier: [raw, [{ name: "probabilities", dtype: "float32", shape: [classes.length] }]],
  };
}

/** Throws `ManifestError` where names, element types or shapes differ from what the manifest says. */
export function checkGraphs(
  manifest: Manifest,
  graphs: ByRole<Pick<GraphSession<never>, "inputs" | "outputs">>,
): void {
  const ports = portsOf(manifest);
  for (const role of Object.keys(graphs) as Role[]) {
    const [takes, gives] = ports[role];
    const { inputs, outputs } = graphs[role] as Pick<GraphSession<never>, "inputs" | "outputs">;
    const refuse = (reason: string) => {
      throw new ManifestError(`model ${show(manifest.name)}: ${role} ${reason} by its manifest`);
    };
    const check = (found: readonly Port[], { name, dtype, shape }: PortSpec) => {
      const port = found.find((other) => other.name === name);
      const types: readonly unknown[] = dtype === "uint8" ? [dtype, "float32"] : [dtype];
      const [batch, ...rest] = port?.shape ?? [];
      const fits =
        rest.length === shape.length && rest.every((d, i) => typeof d === "string" || d === shape[i]);
      if (types.includes(port?.type) && typeof batch === "string" && fits) return;
      const is = port ? `${port.type ?? "no tensor"} [${port.shape ?? ""}]` : "missing";
      refuse(`${name} is ${is} in the graph; expected ${types.join(" or ")} [batch,${shape}]`);
    };
    for (const port of takes) check(inputs, port);
    for (const port of gives) check(outputs, port);
    const known = takes.map(({ name }) => name);
    const other = inputs.find(({ name }) => !known.includes(name));
    if (other) refuse(`needs an input ${other.name}; expected ${known.join(", ")} alone`);
  }
}
