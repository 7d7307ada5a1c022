import { GraphBuilder } from '/work/main/export/onnx/graph/builder.ts';
import { CompiledProgram } from '/work/main/train/engine/onnx/compiled-program.ts';
import type { Value, ElementType, HostData } from '/work/main/export/onnx/graph/value.ts';
const g = new GraphBuilder();
const inp = (dtype: ElementType, shape: number[]): Value => ({ dtype, shape, source: { kind: 'input' } });
function tryIt(name: string, inputs: Value[], f: (...v: Value[]) => Value[], feeds: HostData[]) {
  try { const p = new CompiledProgram(inputs, f(...inputs), { provider: 'cpu', threads: 1 }); console.log(name, ...p.run(feeds).map((r) => Array.from(r as Float32Array).join(' '))); }
  catch (e) { console.log(name, 'FAIL', String((e as Error).message).slice(0, 200)); }
}
const f = inp('float32', [6]);
tryIt('cast chain', [f], (x) => [g.cast(g.cast(x, 'int64'), 'int32'), g.cast(x, 'int32'), g.cast(x, 'bool')], [Float32Array.of(NaN, Infinity, -Infinity, 1e10, -2.7, 0.5)]);
const d = inp('int32', [6]);
tryIt('pow', [d], (x) => [g.cast(g.cast(g.op('Pow', [g.cast(x, 'float64'), g.scalar(-1, 'float64')]), 'int64'), 'int32')], [Int32Array.of(0, 1, -1, 2, 3, 4)]);
tryIt('fmod64', [d], (x) => [g.op('Mod', [g.cast(x, 'float64'), g.scalar(0, 'float64')], { fmod: 1 })], [Int32Array.of(0, 1, -1, 2, 3, 4)]);
tryIt('sum int', [d], (x) => [g.op('Sum', [x, x, x])], [Int32Array.of(0, 1, -1, 2, 3, 4)]);
tryIt('matmul int', [inp('int32', [2, 3])], (x) => [g.op('MatMul', [x, g.transpose(x, [1, 0])])], [Int32Array.of(0, 1, -1, 2, 3, 4)]);
tryIt('einsum int', [inp('int32', [2, 3])], (x) => [g.op('Einsum', [x, x], { equation: 'ij,kj->ik' })], [Int32Array.of(0, 1, -1, 2, 3, 4)]);
tryIt('gemm int', [inp('int32', [2, 3])], (x) => [g.op('Gemm', [x, x], { transB: 1 })], [Int32Array.of(0, 1, -1, 2, 3, 4)]);
const e = inp('float32', [0, 3]);
tryIt('reduce empty', [e], (x) => [g.reduceSum(x, [0])], [new Float32Array(0)]);
tryIt('reduce empty mean', [e], (x) => [g.op('ReduceMean', [x], { axes: [0], keepdims: 0 })], [new Float32Array(0)]);
tryIt('reduce empty max', [e], (x) => [g.op('ReduceMax', [x], { axes: [0], keepdims: 0 })], [new Float32Array(0)]);
tryIt('reduce empty prod', [e], (x) => [g.op('ReduceProd', [x], { axes: [0], keepdims: 0 })], [new Float32Array(0)]);
tryIt('reduce max other', [e], (x) => [g.op('ReduceMax', [x], { axes: [1], keepdims: 0 })], [new Float32Array(0)]);
const q = inp('float32', [9]);
const nan9 = Float32Array.of(1, NaN, 3, 4, 5, NaN, 7, 8, 2);
tryIt('reduce max nan', [q], (x) => [g.op('ReduceMax', [x], { axes: [0], keepdims: 0 }), g.op('ReduceMin', [x], { axes: [0], keepdims: 0 }), g.op('ArgMax', [x], { axis: 0 }), g.op('ArgMin', [x], { axis: 0 })], [nan9]);
for (const shape of [[3, 3], [9, 1], [1, 9]]) for (const axes of [[0], [1], [0, 1]])
  tryIt('reduce max nan ' + shape + ' ' + axes, [inp('float32', shape)], (x) => [g.op('ReduceMax', [x], { axes, keepdims: 0 }), g.op('ReduceMin', [x], { axes, keepdims: 0 })], [nan9]);
tryIt('clip nan', [q], (x) => [g.op('Clip', [x, g.scalar(2), g.scalar(6)]), g.op('Clip', [x, null, g.scalar(6)]), g.op('Relu', [x])], [nan9]);
tryIt('sign', [q], (x) => [g.op('Sign', [x])], [nan9]);
tryIt('matmul inner 0', [inp('float32', [2, 0])], (x) => [g.op('MatMul', [x, g.transpose(x, [1, 0])]), g.op('Gemm', [x, x], { transB: 1 })], [new Float32Array(0)]);
tryIt('softmax empty', [e], (x) => [g.op('Softmax', [x], { axis: 1 })], [new Float32Array(0)]);
tryIt('pad empty', [e], (x) => [g.pad(x, [1, 0, 1, 0], 5)], [new Float32Array(0)]);
tryIt('tile 0', [f], (x) => [g.op('Tile', [x, g.ints([0])])], [new Float32Array(6)]);
tryIt('expand 0', [f], () => [g.fill([0, 3], 1)], [new Float32Array(6)]);
tryIt('split 0', [f], (x) => [...g.ops('Split', [x, g.ints([0, 6])], { axis: 0 }, 2)], [new Float32Array(6)]);
tryIt('concat 0', [e], (x) => [g.concat([x, x], 1)], [new Float32Array(0)]);
tryIt('bool max', [inp('bool', [3])], (x) => [g.op('ReduceMax', [x], { axes: [0] })], [Uint8Array.of(1, 0, 0)]);
tryIt('bool pad', [inp('bool', [3])], (x) => [g.pad(x, [1, 1])], [Uint8Array.of(1, 0, 0)]);
tryIt('bool where', [inp('bool', [3])], (x) => [g.where(x, x, x)], [Uint8Array.of(1, 0, 0)]);
tryIt('bool equal', [inp('bool', [3])], (x) => [g.op('Equal', [x, x])], [Uint8Array.of(1, 0, 0)]);
tryIt('bool concat tile slice transpose', [inp('bool', [3])], (x) => [g.concat([x, x], 0), g.op('Tile', [x, g.ints([2])]), g.slice(x, [1], [3], [0]), g.slice(x, [-1], [-(2**31-1)], [0], [-1]), ...g.ops('Split', [x, g.ints([1,2])], { axis: 0 }, 2)], [Uint8Array.of(1, 0, 0)]);
