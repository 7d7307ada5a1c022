// MNIST against what is published about it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openSource } from "../../data/index.ts";

function counts(labels: Iterable<number> | undefined): number[] {
  const result = new Array<number>(10).fill(0);
  for (const label of labels ?? []) result[label] = (result[label] ?? 0) + 1;
  return result;
}

test("mnist is the 60,000 training images, with the known number of each digit", async () => {
  const mnist = await openSource("mnist");
  const { name, length, shape, dtype, range, labels, classNames } = mnist;
  assert.deepEqual(
    { name, length, shape, dtype, range },
    {
      name: "mnist:train",
      length: 60_000,
      shape: [28, 28, 1],
      dtype: "uint8",
      range: [0, 255],
    },
  );
  assert.deepEqual([...(labels?.subarray(0, 10) ?? [])], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  assert.deepEqual(counts(labels), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  assert.equal(classNames?.[7], "7");
});

test("the mean and standard deviation of the training pixels are 0.1307 and 0.3081, as everywhere", async () => {
  const mnist = await openSource("mnist:train");
  const pixels = await mnist.read(0, mnist.length);
  let sum = 0;
  let squares = 0;
  for (const pixel of pixels) {
    sum += pixel / 255;
    squares += (pixel / 255) ** 2;
  }
  const mean = sum / pixels.length;
  assert.equal(mean.toFixed(4), "0.1307");
  assert.equal(Math.sqrt(squares / pixels.length - mean ** 2).toFixed(4), "0.3081");
});

test("mnist:test is the 10,000 test images, with the known number of each digit", async () => {
  const mnist = await openSource("mnist:test");
  assert.equal(mnist.length, 10_000);
  assert.equal(mnist.labels?.[0], 7);
  assert.deepEqual(counts(mnist.labels), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
});

test("a part that MNIST does not have is refused with those it has", async () => {
  await assert.rejects(openSource("mnist:validation"), {
    name: "UnknownSourceError",
    message:
      'source "mnist:validation": mnist has no such part; known sources: mnist, mnist:train, mnist:test',
  });
});
