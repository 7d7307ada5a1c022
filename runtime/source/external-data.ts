// Finds tensors of an ONNX file whose values lie in other files: such a file is not whole by itself, and would have
// ONNX Runtime read whatever path it names. Walks the protobuf encoding (protobuf.dev/programming-guides/encoding)
// of onnx.proto without decoding values.

/** Looks through a message, or what a field of it holds. */
type Search = (bytes: Uint8Array) => string | undefined;

/** Fields that lead to tensors, by number; in functions, since messages hold each other. */
type Fields = Readonly<Record<number, () => Search>>;

function message(fields: Fields): Search {
  return (bytes) => {
    for (const { field, body } of fieldsOf(bytes)) {
      const found = body && fields[field]?.()(body);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

const sparse = message({ 1: () => tensor, 2: () => tensor });
const attribute = message({
  5: () => tensor,
  6: () => graph,
  10: () => tensor,
  11: () => graph,
  22: () => sparse,
  23: () => sparse,
});
const node = message({ 5: () => attribute });
const graph = message({ 1: () => node, 5: () => tensor, 15: () => sparse });
const training = message({ 1: () => graph, 2: () => graph });
const fn = message({ 7: () => node, 11: () => attribute });

/** The name of the first such tensor. What is no protobuf is left for ONNX Runtime to refuse. */
export const findExternalData = message({ 7: () => graph, 20: () => training, 25: () => fn });

/** Fields of TensorProto. */
const NAME = 8;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;

/** The name of a tensor, if its values are elsewhere. */
function tensor(bytes: Uint8Array): string | undefined {
  let name = "";
  let isExternal = false;
  for (const { field, body, value } of fieldsOf(bytes)) {
    if (field === NAME) name = new TextDecoder().decode(body);
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
    let byte = 128;
    for (let scale = 1; byte > 127 && at < bytes.length; scale *= 128) {
      byte = bytes[at++] as number;
      value += (byte & 127) * scale;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === 0) yield { field, value: varint() };
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const size = varint();
      yield { field, body: bytes.subarray(at, at + size) };
      at += size;
    } else return;
  }
}
