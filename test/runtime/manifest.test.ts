// latentkit.json: what is accepted, and what is said of what is not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseManifest } from "../../runtime/index.ts";
import { tinyManifest } from "../helpers/tiny-autoencoder.ts";

const file = { path: "encoder.onnx", sha256: "0".repeat(64), bytes: 1, role: "encoder", dtype: "fp32" };
const files = [file, { ...file, path: "decoder.onnx", role: "decoder" }];
const whole = { ...tinyManifest, files };
const parse = (value: unknown) => parseManifest(JSON.stringify(value), "p/latentkit.json");
const refused = (value: unknown, message: string | RegExp) =>
  assert.throws(() => parse(value), { name: "ManifestError", message });

test("a whole manifest comes back as it was written", () => {
  assert.deepEqual(parse(whole), whole);
});

test("a newer schema is refused by its number, before anything else is looked at", () => {
  refused(
    { schemaVersion: 2, unknown: true },
    "p/latentkit.json: schemaVersion is 2, of a newer latentkit; expected at most 1: update latentkit",
  );
});

test("a field that is missing or wrong is named by its path", () => {
  refused(
    { ...whole, codeSize: 0 },
    /^p\/latentkit\.json: codeSize is 0; expected a whole number, at least 1$/,
  );
  refused({ ...whole, name: undefined }, /^p\/latentkit\.json: name is undefined; expected a text$/);
  refused(
    { ...whole, input: { ...whole.input, layout: "WHC" } },
    /^p\/latentkit\.json: input\.layout is "WHC"; expected HWC or CHW or flat$/,
  );
  refused(
    { ...whole, input: { ...whole.input, range: [1, 1] } },
    /input\.range is \[1,1\]; expected \[lowest, highest\]$/,
  );
  refused([], "p/latentkit.json: the whole is []; expected an object");
});

test("text that is not JSON is refused", () => {
  assert.throws(() => parseManifest("{", "p/latentkit.json"), {
    name: "ManifestError",
    message: /^p\/latentkit\.json: is not JSON \(/,
  });
});

for (const path of ["../encoder.onnx", "/etc/passwd", "a/b.onnx", "..", "C:\\x.onnx", "a\\b.onnx", ""]) {
  test(`a file path ${JSON.stringify(path)} is refused: a package lies flat in its folder`, () => {
    refused(
      { ...whole, files: [{ ...file, path }, files[1]] },
      /^p\/latentkit\.json: files\.0\.path is ".*"; expected a file name without folders$/,
    );
  });
}

test("one encoder and one decoder in fp32 are needed, and variants of each at most once", () => {
  const half = { ...file, path: "encoder.fp16.onnx", dtype: "fp16" };
  refused(
    { ...whole, files: [file] },
    "p/latentkit.json: files holds no decoder of dtype fp32; expected one",
  );
  refused(
    { ...whole, files: [half, files[1]] },
    "p/latentkit.json: files holds no encoder of dtype fp32; expected one",
  );
  refused(
    { ...whole, files: [{ ...file, path: "other.onnx" }, ...files] },
    "p/latentkit.json: files holds encoder of dtype fp32 twice; expected it once",
  );
  assert.equal(parse({ ...whole, files: [...files, half] }).files.length, 3);
  refused(
    { ...whole, files: [...files, half, { ...half, path: "again.onnx" }] },
    "p/latentkit.json: files holds encoder of dtype fp16 twice; expected it once",
  );
  refused(
    { ...whole, files: [...files, { ...half, role: "decoder" }] },
    "p/latentkit.json: files holds no encoder of dtype fp16; expected one",
  );
  refused(
    { ...whole, files: [file, { ...file, role: "decoder" }] },
    "p/latentkit.json: files holds encoder.onnx twice; expected it once",
  );
  refused(
    { ...whole, files: [{ ...file, dtype: "int4" }, files[1]] },
    /files\.0\.dtype is "int4"; expected fp32 or fp16 or q8$/,
  );
});

test("a classifier and its classes come together, each class once", () => {
  const outputs = { ...whole.outputs, classes: ["cat", "dog"] };
  const classifier = { ...file, path: "classifier.onnx", role: "classifier" };
  const manifest = parse({ ...whole, outputs, files: [...files, classifier] });
  assert.deepEqual(manifest.outputs.classes, ["cat", "dog"]);
  refused({ ...whole, outputs }, "p/latentkit.json: files holds no classifier of dtype fp32; expected one");
  refused(
    { ...whole, files: [...files, classifier] },
    "p/latentkit.json: files holds a classifier but there are no outputs.classes",
  );
  refused(
    { ...whole, outputs: { ...outputs, classes: ["cat", "cat"] }, files: [...files, classifier] },
    "p/latentkit.json: outputs.classes holds cat twice; expected it once",
  );
});

test("switches are named by their numbers", () => {
  const outputs = (name: string) => ({
    ...whole.outputs,
    switches: [
      { name: "switches_0", shape: [2], dtype: "int32" },
      { name, shape: [4, 1], dtype: "int32" },
    ],
  });
  assert.equal(parse({ ...whole, outputs: outputs("switches_1") }).outputs.switches?.length, 2);
  refused(
    { ...whole, outputs: outputs("switches_2") },
    'p/latentkit.json: outputs.switches.1.name is "switches_2"; expected switches_1',
  );
});

test("fields that contradict each other are refused", () => {
  refused(
    { ...whole, codeSize: 3 },
    "p/latentkit.json: outputs.codes.shape is [2]; expected [3], the codeSize",
  );
  refused(
    { ...whole, input: { ...whole.input, shape: [2, 3, 1] } },
    "p/latentkit.json: outputs.reconstruction.shape is [2,2,1]; expected as many values as in input.shape, [2,3,1]",
  );
});
