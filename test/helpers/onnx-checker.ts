// Holds exported models against ONNX's own checker, all of a test file's models in one Python process.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pythonOnnx, skipWithout } from "./requirements.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const collected: { readonly name: string; readonly bytes: Uint8Array }[] = [];

/** Keeps a model for the checker's test at the end of the file. */
export function collectForChecker(name: string, bytes: Uint8Array): void {
  collected.push({ name, bytes });
}

/** Reads paths from standard input; prints one JSON object of path → complaint. */
const script = `
import json, sys, onnx
complaints = {}
for path in json.load(sys.stdin):
    try:
        onnx.checker.check_model(path, full_check=True)
    except Exception as error:
        complaints[path] = str(error)
json.dump(complaints, sys.stdout)
`;

/** Defines the test that ends a file: every model collected so far passes `onnx.checker` with full shape inference. */
export function testWithChecker(): void {
  const found = pythonOnnx();
  test("ONNX's own checker finds no fault in any of these models", {
    skip: skipWithout(found),
  }, async (t) => {
    assert.ok(found.available);
    assert.ok(collected.length > 0, "no model was exported");
    const folder = join(await temporaryFolder(t), "models");
    await mkdir(folder);
    const paths = new Map<string, string>();
    for (const [i, { name, bytes }] of collected.entries()) {
      const path = join(folder, `${i}.onnx`);
      paths.set(path, name);
      await writeFile(path, bytes);
    }
    const input = JSON.stringify([...paths.keys()]);
    const output = execFileSync(found.python, ["-c", script], { input, encoding: "utf8" });
    const complaints = JSON.parse(output) as Record<string, string>;
    const byName = Object.entries(complaints).map(([path, complaint]) => [paths.get(path), complaint]);
    assert.deepEqual(byName, []);
  });
}
