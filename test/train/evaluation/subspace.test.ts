// Angles between subspaces that are known without computing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { largestAngle } from "../../../train/evaluation/subspace.ts";

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-5, `${actual} degrees; expected ${expected}`);

test("two lines have the angle between them, whatever their length and direction", () => {
  close(largestAngle([[1, 0]], [[3, 3]]), 45);
  close(largestAngle([[1, 0]], [[-2, 0]]), 0);
  close(largestAngle([[0, 1, 0]], [[0, 0, -5]]), 90);
});

test("a plane is the same through any two vectors that span it", () => {
  const plane = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
  ];
  const other = [
    [1, 1, 0, 0],
    [1, -2, 0, 0],
  ];
  close(largestAngle(plane, other), 0);
});

test("planes that share a line have the angle of what they do not share", () => {
  const tilted = [
    [1, 0, 0],
    [0, Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)],
  ];
  const plane = [
    [1, 0, 0],
    [0, 1, 0],
  ];
  close(largestAngle(plane, tilted), 30);
});

test("sets that cannot be compared are refused", () => {
  assert.throws(() => largestAngle([[1, 0]], []), /^RangeError: 1 and 0 vectors/);
  assert.throws(() => largestAngle([[1, 0]], [[1, 0, 0]]), /of 2, 3 numbers; expected as many of one length/);
  const line = [
    [1, 2, 3],
    [2, 4, 6],
  ];
  const plane = [
    [1, 0, 0],
    [0, 1, 0],
  ];
  assert.throws(() => largestAngle(plane, line), /the second 2 vectors span 1 dimensions only/);
});
