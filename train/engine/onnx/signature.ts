// A text that two recorded programs share exactly when they have the same structure.
import { nodesInOrder } from "../../../export/onnx/graph/program.ts";
import type { HostData, Value } from "../../../export/onnx/graph/value.ts";

/** Constants up to this many elements are spelled out; longer ones are hashed. */
const SPELLED_OUT = 32;

export interface Structure {
  readonly signature: string;
  /** The buffers and inputs the program reads, in the order of their first use. */
  readonly leaves: readonly Value[];
}

/** Describes the programs that end in `outputs`, down to buffers and inputs, whose data does not count. */
export function structureOf(outputs: readonly Value[]): Structure {
  const ids = new Map<Value, string>();
  const leaves: Value[] = [];
  const parts: string[] = [];
  let count = 0;
  const id = (value: Value | null): string => {
    if (!value) return "";
    const known = ids.get(value);
    if (known !== undefined) return known;
    const kind = value.source.kind;
    const name =
      kind === "constant" ? `=${value.dtype}${value.shape}:${contentOf(value.source.data)}` : `${count++}`;
    ids.set(value, name);
    if (kind === "buffer" || kind === "input") {
      leaves.push(value);
      parts.push(`<${name}:${value.dtype}${value.shape}`);
    }
    return name;
  };
  for (const node of nodesInOrder(outputs)) {
    const inputs = node.inputs.map(id);
    parts.push(
      `${node.op}${attributesText(node.attributes)}(${inputs.join(" ")})${node.outputs.map(id).join(" ")}`,
    );
  }
  parts.push(`>${outputs.map(id).join(" ")}`);
  return { signature: parts.join("\n"), leaves };
}

function attributesText(attributes: object): string {
  for (const _ in attributes) return JSON.stringify(attributes);
  return "";
}

/** A text that equal data share; hashed where it would be long. */
export function contentOf(data: HostData): string {
  if (data.length <= SPELLED_OUT) return data.join(",");
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  // FNV-1a, 32 bits, twice with different starts.
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (const byte of bytes) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x85ebca6b);
  }
  return `#${data.length}:${low >>> 0}:${high >>> 0}`;
}
