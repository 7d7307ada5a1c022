// What the runtime needs of an ONNX session, whichever library made it, and the check that graphs fit their manifest.
import { ManifestError } from "./errors.ts";
import type { Manifest } from "./manifest.ts";

/** Values on the JavaScript side. */
export interface GraphTensor {
  readonly data: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** One input or output as the graph declares it; free dimensions are names. */
export interface Port {
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** `T` is the library's own tensor: between encoder and decoder values need not leave the device. */
export interface GraphSession<T> {
  readonly inputs: ReadonlyMap<string, Port>;
  readonly outputs: ReadonlyMap<string, Port>;
  tensor(values: GraphTensor): T;
  read(tensor: T): Promise<GraphTensor>;
  run(feeds: Readonly<Record<string, T>>): Promise<Readonly<Record<string, T>>>;
  release(): Promise<void>;
}

type Ports = Pick<GraphSession<never>, "inputs" | "outputs">;

/** Throws `ManifestError` where names, element types or shapes differ from what the manifest says. */
export function checkGraphs(manifest: Manifest, encoder: Ports, decoder: Ports): void {
  const { input, outputs } = manifest;
  const types = input.dtype === "uint8" ? ["uint8", "float32"] : ["float32"];
  checkPort(manifest, "encoder", "input", encoder.inputs.get("input"), types, input.shape);
  checkPort(manifest, "encoder", "codes", encoder.outputs.get("codes"), ["float32"], outputs.codes.shape);
  checkPort(manifest, "decoder", "codes", decoder.inputs.get("codes"), ["float32"], outputs.codes.shape);
  const { shape } = outputs.reconstruction;
  checkPort(manifest, "decoder", "reconstruction", decoder.outputs.get("reconstruction"), ["float32"], shape);
  for (const name of encoder.inputs.keys()) {
    if (name !== "input") {
      throw new ManifestError(
        `model ${JSON.stringify(manifest.name)}: the encoder has a second input ${name}`,
      );
    }
  }
  for (const name of decoder.inputs.keys()) {
    if (encoder.outputs.has(name)) continue;
    throw new ManifestError(
      `model ${JSON.stringify(manifest.name)}: the decoder needs an input ${name}; ` +
        `expected only outputs of the encoder: ${[...encoder.outputs.keys()].join(", ")}`,
    );
  }
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
