// What encode and decode accept, and what they say of the rest.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CodesInput, Images, InputSpec } from "../../runtime/index.ts";
import { checkCodes, checkImages, joinSpans, viewSpan } from "../../runtime/input.ts";

const bytes: InputSpec = { shape: [2, 2, 1], dtype: "uint8", range: [0, 255], layout: "HWC" };
const floats: InputSpec = { shape: [3], dtype: "float32", range: [-1, 1], layout: "flat" };
const pair = { size: 2, switches: [] };
const refused = (images: unknown, spec: InputSpec, message: string) =>
  assert.throws(() => checkImages(images as Images, spec), { name: "InputError", message });

test("the number of items follows from the length", () => {
  assert.equal(checkImages(new Uint8Array(4), bytes).count, 1);
  assert.equal(checkImages(new Uint8ClampedArray(12), bytes).count, 3);
  assert.equal(checkImages(new Uint8Array(0), bytes).count, 0);
  assert.equal(checkImages(new Float64Array(6), floats).count, 2);
  assert.equal(checkCodes(new Float32Array(6), pair).items.count, 3);
});

test("a shape is that of one item, or of n of them", () => {
  assert.equal(checkImages({ data: new Uint8Array(4), shape: [2, 2, 1] }, bytes).count, 1);
  assert.equal(checkImages({ data: new Uint8Array(8), shape: [2, 2, 2, 1] }, bytes).count, 2);
  refused(
    { data: new Uint8Array(8), shape: [2, 1, 2, 2] },
    bytes,
    "images has shape [2, 1, 2, 2] for 8 values; expected [2, 2, 2, 1]",
  );
  refused(
    { data: new Uint8Array(8), shape: [1, 2, 2, 1] },
    bytes,
    "images has shape [1, 2, 2, 1] for 8 values; expected [2, 2, 2, 1]",
  );
});

test("a part of an item is refused", () => {
  refused(
    new Uint8Array(5),
    bytes,
    "images holds 5 values; expected a multiple of 4, as one item is [2, 2, 1]",
  );
  assert.throws(() => checkCodes(new Float32Array(5), pair), {
    message: "codes holds 5 values; expected a multiple of 2, as one item is [2]",
  });
});

test("floats for a model of bytes, and bytes for a model of floats, are refused rather than guessed at", () => {
  refused(
    new Float32Array(4),
    bytes,
    "images is a Float32Array; this model takes raw uint8 values from 0 to 255: " +
      "expected a Uint8Array or Uint8ClampedArray",
  );
  refused(
    new Int16Array(3),
    floats,
    "images is a Int16Array; this model takes raw float32 values from -1 to 1: " +
      "expected a Float32Array or Float64Array",
  );
});

test("what is no typed array is refused by its kind", () => {
  const wanted = "expected a typed array (Uint8Array, Float32Array) or { data: typed array, shape }";
  refused(undefined, bytes, `images is undefined; ${wanted}`);
  refused([1, 2, 3, 4], bytes, `images is a Array; ${wanted}`);
  refused({ data: [1], shape: [1] }, bytes, `images is a Object; ${wanted}`);
  refused("x", bytes, `images is a string; ${wanted}`);
});

test("joined items are copies in a buffer of their own, floats as float32", () => {
  const data = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const items = checkImages(data, bytes);
  const joined = joinSpans([
    { items, start: 1, end: 2 },
    { items: checkImages(new Uint8ClampedArray(4), bytes), start: 0, end: 1 },
  ]);
  assert.deepEqual(joined, Uint8Array.of(5, 6, 7, 8, 0, 0, 0, 0));
  assert.equal(joined.buffer.byteLength, 8);
  data[4] = 0;
  assert.equal(joined[0], 5);
  const doubles = checkImages(Float64Array.of(0.1, 0.2, 0.3), floats);
  assert.deepEqual(joinSpans([{ items: doubles, start: 0, end: 1 }]), Float32Array.of(0.1, 0.2, 0.3));
});

test("a view is the caller's own array, unless graphs cannot take that", () => {
  const clamped = new Uint8ClampedArray([1, 2, 3, 4, 5, 6, 7, 8]);
  const view = viewSpan({ items: checkImages(clamped, bytes), start: 1, end: 2 });
  assert.deepEqual(view, Uint8Array.of(5, 6, 7, 8));
  assert.equal(view.buffer, clamped.buffer);
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  const copy = viewSpan({ items: checkImages(shared, bytes), start: 0, end: 1 });
  assert.ok(copy.buffer instanceof ArrayBuffer);
  const doubles = checkImages(Float64Array.of(0.1, 0.2, 0.3), floats);
  assert.deepEqual(viewSpan({ items: doubles, start: 0, end: 1 }), Float32Array.of(0.1, 0.2, 0.3));
});

test("a number that is not finite, as it is or as float32, is refused with its place", () => {
  refused(
    Float32Array.of(0, 0, 0, 0, Number.NaN, 0),
    floats,
    "images: value 1 of item 1 is NaN; expected a finite number",
  );
  refused(
    Float64Array.of(0, 0, 1e300),
    floats,
    "images: value 2 of item 0 is 1e+300; expected a finite number",
  );
  assert.throws(() => checkCodes(Float32Array.of(0, Number.NEGATIVE_INFINITY), pair), {
    name: "InputError",
    message: "codes: value 1 of item 0 is -Infinity; expected a finite number",
  });
});

test("switches are as many as codes, of their shape, and whole numbers", () => {
  const spec = { size: 2, switches: [{ name: "switches_0", shape: [2, 2], dtype: "int32" }] as const };
  const codes = { data: new Float32Array(4), shape: [2, 2] };
  const given = (data: object, shape: readonly number[]) => ({ ...codes, switches: [{ data, shape }] });
  const { switches } = checkCodes(given(new Int32Array(8), [2, 2, 2]) as CodesInput, spec);
  assert.equal(switches[0]?.count, 2);
  const refusedSwitches = (wrong: object, message: string) =>
    assert.throws(() => checkCodes(wrong as CodesInput, spec), { name: "InputError", message });
  refusedSwitches(
    given(new Int32Array(4), [1, 2, 2]),
    "codes.switches[0] holds 1 items; expected 2, as codes has",
  );
  refusedSwitches(
    given(new Float32Array(8), [2, 2, 2]),
    "codes.switches[0] is a Float32Array; expected an Int32Array",
  );
  refusedSwitches(
    given(new Int32Array(8), [2, 4]),
    "codes.switches[0] has shape [2, 4] for 8 values; expected [2, 2, 2]",
  );
});
