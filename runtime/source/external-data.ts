// Finds tensors of an ONNX file whose values lie in other files: such a file is not whole by itself, and would have
// ONNX Runtime read whatever path it names. Walks the protobuf encoding (protobuf.dev/programming-guides/encoding)
// of onnx.proto without decoding values.

/** A message's fields that lead to tensors, by number; `tensor` is where the search ends. */
interface Message {
  readonly [field: number]: () => Message | "tensor";
}

const tensor = () => "tensor" as const;
const sparse: Message = { 1: tensor, 2: tensor };
const attribute: Message = {
  5: tensor,
  6: () => graph,
  10: tensor,
  11: () => graph,
  22: () => sparse,
  23: () => sparse,
};
const node: Message = { 5: () => attribute };
const graph: Message = { 1: () => node, 5: tensor, 15: () => sparse };
const training: Message = { 1: () => graph, 2: () => graph };
const fn: Message = { 7: () => node, 11: () => attribute };
const model: Message = { 7: () => graph, 20: () => training, 25: () => fn };

/** Fields of TensorProto. */
const NAME = 8;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;

/** The name of the first such tensor. What is no protobuf is left for ONNX Runtime to refuse. */
export function findExternalData(onnx: Uint8Array): string | undefined {
  return search(onnx, model);
}

function search(bytes: Uint8Array, message: Message): string | undefined {
  for (const { field, body } of fieldsOf(bytes)) {
    const inner = body && message[field]?.();
    if (!inner) continue;
    const found = inner === "tensor" ? externalName(body) : search(body, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function externalName(bytes: Uint8Array): string | undefined {
  let name = "";
  let isExternal = false;
  for (const { field, body, value } of fieldsOf(bytes)) {
    if (field === NAME && body) name = new TextDecoder().decode(body);
    if (field === EXTERNAL_DATA || (field === DATA_LOCATION && value !== 0)) isExternal = true;
  }
  return isExternal ? name : undefined;
}

interface Field {
  readonly field: number;
  /** Of wire type 2: messages, strings, packed values. */
  readonly body?: Uint8Array;
  /** Of wire type 0. */
  readonly value?: number;
}

/** Ends where the bytes are not protobuf. */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { field, value: varint() };
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const end = varint() + at;
        yield { field, body: bytes.subarray(at, end) };
        at = end;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        return;
    }
  }
}
