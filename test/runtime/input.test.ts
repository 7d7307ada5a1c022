// What encode and decode accept, and what they say of the rest.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import type { CodesInput, Images, InputSpec } from "../../runtime/index.ts";
import { checkCodes, checkImages, partOf, viewOf } from "../../runtime/input.ts";

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
  assert.equal(checkCodes(new Float32Array(6), pair)[0]?.count, 3);
});

test("a shape is that of one item, or of n of them", () => {
  assert.equal(checkImages({ data: new Uint8Array(4), shape: [2, 2, 1] }, bytes).count, 1);
  assert.equal(checkImages({ data: new Uint8Array(8), shape: [2, 2, 2, 1] }, bytes).count, 2);
  refused(
    { data: new Uint8Array(8), shape: [2, 1, 2, 2] },
    bytes,
    "images has shape [2,1,2,2] for 8 values; expected [2,2,2,1]",
  );
  refused(
    { data: new Uint8Array(8), shape: [1, 2, 2, 1] },
    bytes,
    "images has shape [1,2,2,1] for 8 values; expected [2,2,2,1]",
  );
});

test("an object with values needs their shape: one that is no items, such as a float picture, is not taken for some", () => {
  refused(
    { data: new Uint8Array(8) },
    bytes,
    "images has shape [undefined] for 8 values; expected [2,2,2,1]",
  );
  const picture = { width: 1, height: 3, data: new Float32Array(12) };
  refused(picture, floats, "images has shape [undefined] for 12 values; expected [4,3]");
});

test("a part of an item is refused", () => {
  refused(
    new Uint8Array(5),
    bytes,
    "images holds 5 values; expected a multiple of 4, as one item is [2,2,1]",
  );
  assert.throws(() => checkCodes(new Float32Array(5), pair), {
    message: "codes holds 5 values; expected a multiple of 2, as one item is [2]",
  });
});

test("floats for a model of bytes, and bytes for a model of floats, are refused rather than guessed at", () => {
  refused(
    new Float32Array(4),
    bytes,
    "images is a Float32Array; expected Uint8Array, Uint8ClampedArray or { data, shape } " +
      "with raw values from 0 to 255, or a picture",
  );
  refused(
    new Int16Array(3),
    floats,
    "images is a Int16Array; expected Float32Array, Float64Array or { data, shape } " +
      "with raw values from -1 to 1, or a picture",
  );
});

test("what is no typed array is refused by its kind", () => {
  const wanted =
    "expected Uint8Array, Uint8ClampedArray or { data, shape } with raw values from 0 to 255, or a picture";
  refused(undefined, bytes, `images is undefined; ${wanted}`);
  refused([1, 2, 3, 4], bytes, `images is [1,2,3,4]; ${wanted}`);
  refused({ data: [1], shape: [1] }, bytes, `images is [1]; ${wanted}`);
  refused(new Array(1000).fill(0), bytes, `images is a Array; ${wanted}`);
  refused(Object.create(null), bytes, `images is a object; ${wanted}`);
  refused("x", bytes, `images is "x"; ${wanted}`);
});

test("a part of items is a view of them", () => {
  const items = checkImages(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), bytes);
  assert.equal(partOf(items, 0, 2), items.values);
  assert.deepEqual(partOf(items, 1, 2), Uint8Array.of(5, 6, 7, 8));
  assert.equal(partOf(items, 1, 2).buffer, items.values.buffer);
});

test("graphs get the caller's own array, unless they cannot take that", () => {
  const clamped = new Uint8ClampedArray([1, 2, 3, 4, 5, 6, 7, 8]);
  const view = viewOf(clamped.subarray(4), "uint8");
  assert.deepEqual(view, Uint8Array.of(5, 6, 7, 8));
  assert.equal(view.buffer, clamped.buffer);
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  assert.ok(viewOf(shared, "uint8").buffer instanceof ArrayBuffer);
  assert.deepEqual(viewOf(Float64Array.of(0.1, 0.2, 0.3), "float32"), Float32Array.of(0.1, 0.2, 0.3));
});

test("arrays of another realm, and those of subclasses, are taken for what they are", () => {
  const foreign: Uint8Array = runInNewContext("Uint8Array.of(1, 2, 3, 4)");
  assert.ok(!(foreign instanceof Uint8Array));
  assert.equal(checkImages(foreign, bytes).count, 1);
  assert.deepEqual(viewOf(foreign, "uint8"), Uint8Array.of(1, 2, 3, 4));
  const doubles: Float64Array = runInNewContext("Float64Array.of(0.5, 0.25, 1)");
  assert.deepEqual(viewOf(checkImages(doubles, floats).values, "float32"), Float32Array.of(0.5, 0.25, 1));
  assert.equal(checkImages(Buffer.from([1, 2, 3, 4]), bytes).count, 1);
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
  const [, switches] = checkCodes(given(new Int32Array(8), [2, 2, 2]) as CodesInput, spec);
  assert.equal(switches?.count, 2);
  const refusedSwitches = (wrong: object, message: string) =>
    assert.throws(() => checkCodes(wrong as CodesInput, spec), { name: "InputError", message });
  refusedSwitches(
    given(new Int32Array(4), [1, 2, 2]),
    "codes.switches[0] holds 1 items; expected 2, as codes has",
  );
  refusedSwitches(
    given(new Float32Array(8), [2, 2, 2]),
    "codes.switches[0] is a Float32Array; expected Int32Array or { data, shape }",
  );
  refusedSwitches(
    given(new Int32Array(8), [2, 4]),
    "codes.switches[0] has shape [2,4] for 8 values; expected [2,2,2]",
  );
});
