// What the runtime adds to a page beside onnxruntime-web.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { bundleRuntime } from "../../helpers/runtime-bundle.ts";

test("what a page fetches of ours to encode values with the package of a URL is at most 12 kB, gzipped", async (t) => {
  const chunks = await bundleRuntime();
  const sizes = chunks.map(({ name, code, isLate }) => ({
    name,
    isLate,
    bytes: gzipSync(code, { level: 9 }).length,
  }));
  const sum = (parts: typeof sizes) => parts.reduce((total, { bytes }) => total + bytes, 0);
  const atOnce = sum(sizes.filter(({ isLate }) => !isLate));
  const late = sizes.filter(({ isLate }) => isLate).map(({ name, bytes }) => `${name} ${bytes}`);
  t.diagnostic(`${atOnce} bytes at once; ${sum(sizes)} with what is fetched when needed: ${late.join(", ")}`);
  assert.ok(atOnce <= 12_000, `${atOnce} bytes`);
  assert.equal(late.length, 6, "pictures (2), chosen files, zips (2) and streams come when they are needed");
});

test("nothing of Node and no path of this machine is in it", async () => {
  for (const { code } of await bundleRuntime()) {
    assert.doesNotMatch(code, /["']node:|onnxruntime-node|node_modules/);
  }
});
