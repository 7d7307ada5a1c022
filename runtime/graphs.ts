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

/** One output to be computed: what the manifest promises of it. */
export interface Output {
  readonly name: string;
  readonly dtype: "float32" | "int32";
  /** The batch included. */
  readonly shape: readonly number[];
}

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

/** Throws `ManifestError` where names, element types or shapes differ from what the manifest says. */
export function checkGraphs(manifest: Manifest, { encoder, decoder, classifier }: ByRole<Ports>): void {
  const { codes, reconstruction, switches = [], classes } = manifest.outputs;
  checkRawInput(manifest, "encoder", encoder);
  checkPort(manifest, "encoder", "codes", encoder.outputs.get("codes"), ["float32"], codes.shape);
  checkPort(manifest, "decoder", "codes", decoder.inputs.get("codes"), ["float32"], codes.shape);
  for (const { name, dtype, shape } of switches) {
    checkPort(manifest, "encoder", name, encoder.outputs.get(name), [dtype], shape);
    checkPort(manifest, "decoder", name, decoder.inputs.get(name), [dtype], shape);
  }
  const made = decoder.outputs.get("reconstruction");
  checkPort(manifest, "decoder", "reconstruction", made, ["float32"], reconstruction.shape);
  checkNoOthers(manifest, "decoder", decoder, ["codes", ...switches.map(({ name }) => name)]);
  if (!classifier) return;
  checkRawInput(manifest, "classifier", classifier);
  const found = classifier.outputs.get("probabilities");
  checkPort(manifest, "classifier", "probabilities", found, ["float32"], [classes?.length ?? 0]);
}

function checkRawInput(manifest: Manifest, graph: string, ports: Ports): void {
  const { dtype, shape } = manifest.input;
  const types = dtype === "uint8" ? ["uint8", "float32"] : ["float32"];
  checkPort(manifest, graph, "input", ports.inputs.get("input"), types, shape);
  checkNoOthers(manifest, graph, ports, ["input"]);
}

function checkNoOthers({ name }: Manifest, graph: string, { inputs }: Ports, known: readonly string[]): void {
  const other = [...inputs.keys()].find((input) => !known.includes(input));
  if (other === undefined) return;
  throw new ManifestError(
    `model ${JSON.stringify(name)}: the ${graph} needs an input ${other}; ` +
      `expected ${known.join(", ")} alone by its manifest`,
  );
}

function checkPort(
  { name: model }: Manifest,
  graph: string,
  name: string,
  port: Port | undefined,
  types: readonly string[],
  itemShape: readonly number[],
): void {
  const subject = `model ${JSON.stringify(model)}: ${graph} ${name}`;
  if (!port) throw new ManifestError(`${subject} is missing in the graph`);
  if (!types.includes(port.type)) {
    throw new ManifestError(`${subject} is ${port.type} in the graph; expected ${types.join(" or ")}`);
  }
  const [batch, ...rest] = port.shape;
  const fits =
    rest.length === itemShape.length && rest.every((d, i) => typeof d === "string" || d === itemShape[i]);
  if (!fits || typeof batch !== "string") {
    throw new ManifestError(
      `${subject} has shape [${port.shape.join(", ")}] in the graph; expected [batch, ${itemShape.join(", ")}]`,
    );
  }
}
