// Streams of codes: their order, their bounds, and their ends.
import assert from "node:assert/strict";
import { test } from "node:test";
import { batchingDefaults } from "../../runtime/batching.ts";
import type { Images } from "../../runtime/index.ts";
import { createRuntime } from "../../runtime/runtime.ts";
import { type FakeOptions, fakeExecutor, fakeManifest, settle } from "../helpers/fake-executor.ts";

const prepare = (images: Images) => images;

function fakeRuntime(options?: FakeOptions) {
  const { executor, log, held } = fakeExecutor(options);
  return {
    runtime: createRuntime(fakeManifest(), executor, { ...batchingDefaults, dtype: "fp32", prepare }),
    log,
    held,
  };
}

/** Items number `from` to `to`, excluded: four pixels each, of which the first is the number. */
function items(from: number, to: number): Uint8Array {
  return Uint8Array.from({ length: 4 * (to - from) }, (_, i) => (i % 4 === 0 ? from + i / 4 : 0));
}

async function collect(
  codes: AsyncIterable<{ readonly data: Float32Array; readonly shape: readonly number[] }>,
) {
  const shapes: string[] = [];
  const numbers: number[] = [];
  for await (const { data, shape } of codes) {
    shapes.push(shape.join("×"));
    for (let i = 0; i < data.length; i += 2) numbers.push(data[i] ?? Number.NaN);
  }
  return { shapes, numbers };
}

test("items and batches of any size come out in order, in batches of batchSize", async () => {
  const { runtime } = fakeRuntime();
  const source = [items(0, 1), { data: items(1, 6), shape: [5, 2, 2, 1] }, items(6, 6), items(6, 11)];
  const { shapes, numbers } = await collect(runtime.encodeStream(source, { batchSize: 3 }));
  assert.deepEqual(shapes, ["3×2", "3×2", "3×2", "2×2"]);
  assert.deepEqual(
    numbers,
    Array.from({ length: 11 }, (_, i) => i),
  );
  assert.deepEqual((await collect(runtime.encodeStream([]))).shapes, []);
});

test("an asynchronous source may use its array again", async () => {
  const { runtime } = fakeRuntime();
  async function* source() {
    const one = new Uint8Array(4);
    for (let i = 0; i < 7; i++) {
      one[0] = i;
      yield one;
    }
  }
  const { numbers } = await collect(runtime.encodeStream(source(), { batchSize: 2 }));
  assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5, 6]);
});

test("of an endless source no more is read than a few batches", async () => {
  const { runtime, held } = fakeRuntime({ hold: true });
  let read = 0;
  function* source() {
    for (;;) {
      read++;
      yield items(0, 1);
    }
  }
  const stream = runtime.encodeStream(source(), { batchSize: 2 });
  const first = stream.next();
  await settle();
  const before = read;
  assert.ok(before <= 10, `${before} items were read before the first batch was done`);
  await settle();
  assert.equal(read, before);
  const letGo = setInterval(() => held.shift()?.(), 1);
  await first;
  await stream.return();
  clearInterval(letGo);
});

test("leaving the loop early ends the source, and waits for what is under way", async () => {
  const { runtime, log } = fakeRuntime();
  let isEnded = false;
  async function* source() {
    try {
      for (;;) yield items(0, 1);
    } finally {
      isEnded = true;
    }
  }
  for await (const codes of runtime.encodeStream(source(), { batchSize: 2 })) {
    assert.deepEqual(codes.shape, [2, 2]);
    break;
  }
  assert.ok(isEnded);
  await runtime.dispose();
  assert.equal(log.at(-1), "close");
});

test("what is no item, and what the source throws, come out after all before them, and the source is ended", async () => {
  const { runtime } = fakeRuntime();
  let isEnded = false;
  function* source(last: Images) {
    try {
      yield items(0, 3);
      yield last;
    } finally {
      isEnded = true;
    }
  }
  const seen: number[] = [];
  const run = async () => {
    for await (const { shape } of runtime.encodeStream(source(new Uint8Array(5)), { batchSize: 2 })) {
      seen.push(shape[0]);
    }
  };
  await assert.rejects(run, {
    name: "InputError",
    message: "number 1 of the source holds 5 values; expected a multiple of 4, as one item is [2,2,1]",
  });
  assert.deepEqual(seen, [2, 1]);
  assert.ok(isEnded);
  async function* failing(): AsyncGenerator<Images> {
    yield items(0, 1);
    throw new Error("the disk is gone");
  }
  await assert.rejects(collect(runtime.encodeStream(failing())), { message: "the disk is gone" });
});

test("a signal ends a stream", async () => {
  const { runtime } = fakeRuntime();
  const controller = new AbortController();
  function* source() {
    for (let i = 0; ; i++) {
      if (i === 20) controller.abort(new Error("enough"));
      yield items(0, 1);
    }
  }
  const codes = runtime.encodeStream(source(), { batchSize: 2, signal: controller.signal });
  await assert.rejects(collect(codes), { message: "enough" });
});

test("transfer is refused: a stream's values are always copied", async () => {
  const { runtime } = fakeRuntime();
  const options = { batchSize: 2, transfer: true };
  await assert.rejects(collect(runtime.encodeStream([items(0, 1)], options)), {
    name: "OptionError",
    message: "encodeStream: unknown option transfer is true; expected one of batchSize, signal, timeout",
  });
});
