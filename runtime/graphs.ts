// What the runtime needs of an ONNX session, whichever library made it, and the check that graphs fit their manifest.
import { ManifestError } from "./errors.ts";
import type { ByRole, Manifest } from "./manifest.ts";

/** Values on the JavaScript side. */
export interface GraphTensor {
  readonly data: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** One input or output as the graph declares it; free dimensions are names. */
export interface Port {
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** One input or output of a graph, as the manifest promises it. */
export interface PortSpec<D extends string = "float32" | "int32"> {
  readonly name: string;
  readonly dtype: D;
  /** Of one item. */
  readonly shape: readonly number[];
}

/** One output to be computed; its shape includes the batch. */
export type Output = PortSpec;

/** `T` is the library's own tensor: between encoder and decoder values need not leave the device. */
export interface GraphSession<T> {
  readonly inputs: ReadonlyMap<string, Port>;
  readonly outputs: ReadonlyMap<string, Port>;
  /** May keep the array; nobody writes to it until the run that takes the tensor has settled. */
  tensor(values: GraphTensor): T;
  /** The values, filling a buffer that is nobody else's. */
  read(tensor: T): Promise<GraphTensor>;
  /** Computes these outputs alone. */
  run(feeds: Readonly<Record<string, T>>, outputs: readonly Output[]): Promise<Readonly<Record<string, T>>>;
  release(): Promise<void>;
}

type Ports = Pick<GraphSession<never>, "inputs" | "outputs">;

/** What flows between the graphs of a model, and out of them. */
export function portsOf({ outputs: { codes, reconstruction, switches = [], classes } }: Manifest) {
  const floats = (name: string, shape: readonly number[]): PortSpec<"float32"> => {
    return { name, dtype: "float32", shape };
  };
  return {
    codes: floats("codes", codes.shape),
    switches,
    reconstruction: floats("reconstruction", reconstruction.shape),
    probabilities: floats("probabilities", [classes?.length ?? 0]),
  };
}

/** Throws `ManifestError` where names, element types or shapes differ from what the manifest says. */
export function checkGraphs(manifest: Manifest, { encoder, decoder, classifier }: ByRole<Ports>): void {
  const { codes, switches, reconstruction, probabilities } = portsOf(manifest);
  const raw = [{ ...manifest.input, name: "input" }];
  const passedOn = [codes, ...switches];
  const check = (
    role: string,
    { inputs, outputs }: Ports,
    takes: readonly Wanted[],
    gives: readonly Wanted[],
  ) => {
    const subject = `model ${JSON.stringify(manifest.name)}: ${role}`;
    for (const wanted of takes) checkPort(subject, inputs, wanted);
    for (const wanted of gives) checkPort(subject, outputs, wanted);
    const known = takes.map(({ name }) => name);
    const other = [...inputs.keys()].find((input) => !known.includes(input));
    if (other === undefined) return;
    throw new ManifestError(
      `${subject} needs an input ${other}; expected ${known.join(", ")} alone by its manifest`,
    );
  };
  check("encoder", encoder, raw, passedOn);
  check("decoder", decoder, passedOn, [reconstruction]);
  if (classifier) check("classifier", classifier, raw, [probabilities]);
}

type Wanted = PortSpec<"float32" | "int32" | "uint8">;

function checkPort(graph: string, ports: ReadonlyMap<string, Port>, { name, dtype, shape }: Wanted): void {
  const port = ports.get(name);
  const types = dtype === "uint8" ? [dtype, "float32"] : [dtype];
  const [batch, ...rest] = port?.shape ?? [];
  const fits = rest.length === shape.length && rest.every((d, i) => typeof d === "string" || d === shape[i]);
  if (port && types.includes(port.type) && typeof batch === "string" && fits) return;
  const found = port ? `${port.type} [${port.shape.join(", ")}]` : "missing";
  throw new ManifestError(
    `${graph} ${name} is ${found} in the graph; expected ${types.join(" or ")} [batch, ${shape.join(", ")}]`,
  );
}
