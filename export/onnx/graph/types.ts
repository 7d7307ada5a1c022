// ONNX's numbers for element types (TensorProto.DataType in onnx.proto3).
import type { ElementType } from "./value.ts";

const codes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

const names = new Map(Object.entries(codes).map(([name, code]) => [code, name as ElementType]));

export function elementTypeCode(dtype: ElementType): number {
  return codes[dtype];
}

export function elementTypeOfCode(code: number): ElementType {
  const name = names.get(code);
  if (!name) throw new Error(`ONNX element type ${code} is not supported`);
  return name;
}
