// Which test files a pattern selects.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { findTestFiles } from "../../../scripts/setup/test-files.ts";

let root = "";

before(() => {
  root = mkdtempSync(path.join(tmpdir(), "latentkit-test-files-"));
  mkdirSync(path.join(root, "test/export/onnx"), { recursive: true });
  mkdirSync(path.join(root, "test/data"), { recursive: true });
  const files = ["test/export/onnx/graph.test.ts", "test/data/npy.test.ts", "test/data/helper.ts"];
  for (const file of files) writeFileSync(path.join(root, file), "");
});

after(() => rmSync(root, { recursive: true }));

test("without patterns every test file is found, and only test files", () => {
  assert.deepEqual(findTestFiles(root, []), ["test/data/npy.test.ts", "test/export/onnx/graph.test.ts"]);
});

test("a folder, a file and a part of a path each select test files", () => {
  assert.deepEqual(findTestFiles(root, ["test/export"]), ["test/export/onnx/graph.test.ts"]);
  assert.deepEqual(findTestFiles(root, ["./test/data/npy.test.ts"]), ["test/data/npy.test.ts"]);
  assert.deepEqual(findTestFiles(root, ["onnx/gr"]), ["test/export/onnx/graph.test.ts"]);
});

test("a file selected twice is run once", () => {
  assert.deepEqual(findTestFiles(root, ["test/data", "npy"]), ["test/data/npy.test.ts"]);
});

test("a pattern that selects nothing is an error that names it", () => {
  assert.throws(() => findTestFiles(root, ["tset"]), {
    message: 'no test files for "tset": expected a file, a folder or a part of a path',
  });
});
