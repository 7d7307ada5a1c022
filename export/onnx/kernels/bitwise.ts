// Lowering of bitwise logic, which ONNX has from opset 18 only.
import { input, type Lowering, type LoweringTable } from "./call.ts";

const BITS = Array.from({ length: 32 }, (_, i) => 2 ** i);

/** Both operands taken apart into 32 bits, multiplied, and put together; the highest bit weighs -2³¹. */
const and: Lowering = (call) => {
  const { g } = call;
  const powers = g.ints(BITS);
  const bits = (name: string) => {
    // ONNX's Mod has the divisor's sign: negative numbers become their two's complement.
    const unsigned = g.op("Mod", [g.cast(input(call, name), "int64"), g.ints([2 ** 32])]);
    const shifted = g.div(g.op("Unsqueeze", [unsigned, g.ints([-1])]), powers);
    return g.op("Mod", [shifted, g.ints([2])]);
  };
  const weights = g.ints(BITS.map((power, i) => (i === 31 ? -power : power)));
  return g.cast(g.reduceSum(g.mul(g.mul(bits("a"), bits("b")), weights), [-1]), "int32");
};

export const bitwise: LoweringTable = { BitwiseAnd: and };
