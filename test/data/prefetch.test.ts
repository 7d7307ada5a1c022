// Reading ahead: order, bounds, errors and early ends.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate, setTimeout } from "node:timers/promises";
import { batches, memoryDataset, prefetch } from "../../data/index.ts";

/** Counts from 1; keeps what was asked of it. */
function source(length: number, failAt = Number.POSITIVE_INFINITY) {
  const log = { begun: 0, given: 0, returned: 0, together: 0 };
  const iterable: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const number = ++log.begun;
        assert.equal(log.begun - log.given, 1, "asked for a second value before the first was given");
        await setImmediate();
        log.given++;
        if (number === failAt) throw new Error(`item ${number} is bad`);
        return number > length ? { done: true, value: undefined } : { done: false, value: number };
      },
      async return() {
        log.returned++;
        return { done: true, value: undefined };
      },
    }),
  };
  return { iterable, log };
}

test("values come once each and in order, whatever is read ahead", async () => {
  for (const ahead of [1, 2, 50]) {
    const seen: number[] = [];
    for await (const value of prefetch(source(20).iterable, { ahead })) seen.push(value);
    assert.deepEqual(
      seen,
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
  }
});

test("while a value is in use, as many as `ahead` more are read, and no more", async () => {
  const { iterable, log } = source(20);
  for await (const value of prefetch(iterable, { ahead: 3 })) {
    // A read takes one turn of the event loop.
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    assert.equal(log.given, Math.min(value + 3, 21));
    if (value === 10) break;
  }
});

test("a read goes on before each step, also where steps block the thread", async () => {
  const givenBeforeStep: number[] = [];
  const { iterable, log } = source(10);
  for await (const _ of prefetch(iterable, { ahead: 2 })) {
    givenBeforeStep.push(log.given);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
  const ahead = givenBeforeStep.slice(0, 9).map((given, step) => given - (step + 1));
  assert.ok(Math.min(...ahead) >= 1, `values read ahead of each step: ${ahead}`);
});

test("an error comes after the values before it, once, and ends the reading", async () => {
  const { iterable, log } = source(20, 4);
  const seen: number[] = [];
  await assert.rejects(
    async () => {
      for await (const value of prefetch(iterable, { ahead: 5 })) seen.push(value);
    },
    { message: "item 4 is bad" },
  );
  assert.deepEqual(seen, [1, 2, 3]);
  assert.equal(log.begun, 4);
});

test("an early end waits for the read under way, begins none, and tells the source", async () => {
  const { iterable, log } = source(20);
  for await (const value of prefetch(iterable, { ahead: 2 })) if (value === 3) break;
  const { begun } = log;
  assert.deepEqual({ returned: log.returned, open: log.begun - log.given }, { returned: 1, open: 0 });
  await setTimeout(20);
  assert.equal(log.begun, begun);
});

test("an error of a read that the consumer never asked for is not left unhandled", async () => {
  const { iterable } = source(20, 3);
  for await (const value of prefetch(iterable, { ahead: 4 })) {
    await setTimeout(5);
    if (value === 1) break;
  }
});

test("an empty source gives nothing", async () => {
  for await (const value of prefetch(source(0).iterable)) assert.fail(`${value}`);
});

test("batches read ahead are the batches", async () => {
  const dataset = memoryDataset({ name: "m", data: new Uint8Array(50), shape: [1], range: [0, 255] });
  const options = { batchSize: 8, shuffle: true, seed: 2 };
  const ahead = prefetch(batches(dataset, options));
  for await (const batch of batches(dataset, options)) {
    assert.deepEqual((await ahead.next()).value, batch);
  }
  assert.equal((await ahead.next()).done, true);
});

test("`ahead` must be a whole number", () => {
  assert.throws(() => prefetch(source(1).iterable, { ahead: 0 }), {
    name: "DataOptionError",
    message: "ahead is 0; expected a whole number, at least 1",
  });
});
