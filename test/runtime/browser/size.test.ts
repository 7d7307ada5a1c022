// What the runtime adds to a page beside onnxruntime-web.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { bundleRuntime } from "../../helpers/runtime-bundle.ts";

/** A chunk of fflate alone, which unpacks zips. */
const isLibrary = (code: string) => code.includes("invalid zip data");

test("all of ours is at most 12 kB, gzipped, in one file; fflate comes when there is a zip to unpack", async (t) => {
  const chunks = await bundleRuntime();
  const ours = chunks.filter(({ code }) => !isLibrary(code));
  const bytes = ours.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
  t.diagnostic(`${bytes} bytes`);
  assert.ok(bytes <= 12_000, `${bytes} bytes`);
  assert.equal(ours.length, 1);
  assert.deepEqual(
    chunks.map(({ code, isLate }) => [isLibrary(code), isLate]),
    [
      [false, false],
      [true, true],
    ],
  );
});

test("nothing of Node and no path of this machine is in it", async () => {
  for (const { code } of await bundleRuntime()) {
    assert.doesNotMatch(code, /["'`]node:|onnxruntime-node|node_modules/);
  }
});
