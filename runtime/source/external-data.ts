// Finds tensors of an ONNX file whose values lie in other files: such a file is not whole by itself, and would have
// ONNX Runtime read whatever path it names. Walks the protobuf encoding (protobuf.dev/programming-guides/encoding)
// of onnx.proto without decoding values.

/** Fields that lead to tensors, by number, and what they hold. */
interface Message {
  [field: number]: Message;
}

const tensor: Message = {};
const graph: Message = {};
const sparse: Message = { 1: tensor, 2: tensor };
const attribute: Message = { 5: tensor, 6: graph, 10: tensor, 11: graph, 22: sparse, 23: sparse };
const node: Message = { 5: attribute };
const training: Message = { 1: graph, 2: graph };
Object.assign(graph, { 1: node, 5: tensor, 15: sparse });
const model: Message = { 7: graph, 20: training, 25: { 7: node, 11: attribute } };

/** Fields of TensorProto. */
const NAME = 8;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;

/**
 * The name of the first tensor of a model whose values are elsewhere. What is no protobuf is left for ONNX Runtime to
 * refuse.
 */
export function findExternalData(bytes: Uint8Array, message = model): string | undefined {
  let at = 0;
  let name = "";
  let isExternal = false;
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
    if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 0 || wire === 2) {
      /** Of wire type 2, messages, strings and packed values, the size. */
      const value = varint();
      if (message === tensor)
        isExternal ||= field === EXTERNAL_DATA || (field === DATA_LOCATION && value > 0);
      if (wire === 0) continue;
      const body = bytes.subarray(at, at + value);
      at += value;
      if (message === tensor && field === NAME) name = new TextDecoder().decode(body);
      const found = message[field] && findExternalData(body, message[field]);
      if (found !== undefined) return found;
    } else break;
  }
  return isExternal ? name : undefined;
}
