// The lazy engine: programs are computed on demand, cached by structure, and one failure stays one.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { onnxBackend } from "../../../../export/onnx/backend.ts";
import { useOnnxEngine } from "../../../../train/engine/onnx/use.ts";

test("programs of one structure share a session, whatever the data", async () => {
  const engine = await useOnnxEngine({ threads: 1 });
  const run = async (values: number[]) => (await tf.tensor1d(values).mul(2).add(1).data()).join();
  assert.equal(await run([1, 2]), "3,5");
  const { compiled } = engine.statistics;
  assert.equal(await run([10, 20]), "21,41");
  assert.equal(engine.statistics.compiled, compiled);
  assert.equal(await run([1, 2, 3]), "3,5,7");
  assert.equal(engine.statistics.compiled, compiled + 1);
});

test("what was computed once is not computed again", async () => {
  const engine = await useOnnxEngine({ threads: 1 });
  const a = tf.tensor1d([1, 2]).square();
  const b = a.add(1);
  assert.deepEqual([...(await b.data())], [2, 5]);
  const { runs } = engine.statistics;
  assert.deepEqual([...a.dataSync()], [1, 4], "computed along with b, so that it can be read at once");
  assert.equal(engine.statistics.runs, runs);
});

test("a program that can't run fails for who reads it, and for no one else", async () => {
  await useOnnxEngine({ threads: 1 });
  const backend = onnxBackend();
  const good = tf.tensor1d([1, 2]).mul(3);
  // An operator that ONNX Runtime does not have.
  const node = backend.builder.ops("NoSuchOperator", [], {}, 1, [{ dtype: "float32", shape: [2] }])[0];
  assert.ok(node);
  const bad = tf.engine().makeTensorFromTensorInfo(backend.keep(node));
  const worse = bad.add(1);
  assert.deepEqual([...(await good.data())], [3, 6]);
  await assert.rejects(bad.data(), /NoSuchOperator/);
  await assert.rejects(worse.data(), /NoSuchOperator/);
  assert.deepEqual([...(await tf.tensor1d([4]).add(1).data())], [5]);
});

test("a synchronous loop over an optimizer compiles a bounded number of programs and keeps no backlog", async () => {
  const engine = await useOnnxEngine({ threads: 1 });
  const w = tf.variable(tf.tensor1d([5, -3]));
  const optimizer = tf.train.adam(0.1);
  const minimize = () => optimizer.minimize(() => w.square().sum() as tf.Scalar);
  for (let i = 0; i < 10; i++) minimize();
  const { compiled } = engine.statistics;
  for (let i = 0; i < 500; i++) {
    minimize();
    assert.ok(
      onnxBackend().pending.size < 30,
      `${onnxBackend().pending.size} pending records after step ${i}`,
    );
  }
  assert.equal(engine.statistics.compiled, compiled);
  const [a, b] = await w.data();
  assert.ok(Math.abs(a as number) < 0.01 && Math.abs(b as number) < 0.01, `${a}, ${b}`);
});
