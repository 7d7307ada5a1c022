// What the runtime adds to a page beside onnxruntime-web.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { bundleRuntime } from "../../helpers/runtime-bundle.ts";

/** A chunk of fflate alone, which unpacks zips. */
const isLibrary = (code: string) => code.includes("invalid zip data");

async function measure() {
  const chunks = await bundleRuntime();
  const sizes = chunks.map(({ name, code, isLate }) => {
    return { name, isLate, isOurs: !isLibrary(code), bytes: gzipSync(code, { level: 9 }).length };
  });
  const ours = sizes.filter(({ isOurs }) => isOurs);
  const late = ours.filter(({ isLate }) => isLate);
  const sum = (parts: typeof sizes) => parts.reduce((total, { bytes }) => total + bytes, 0);
  return { chunks: sizes, late, total: sum(ours), atOnce: sum(ours) - sum(late) };
}

test("what a page fetches of ours to encode values with the package of a URL is at most 11.4 kB, gzipped", async (t) => {
  const { atOnce } = await measure();
  t.diagnostic(`${atOnce} bytes`);
  assert.ok(atOnce <= 11_400, `${atOnce} bytes`);
});

test("all of ours, with what is fetched when needed, is at most 14.8 kB, gzipped", async (t) => {
  const { chunks, late, total } = await measure();
  t.diagnostic(
    `${total} bytes; when needed: ${late.map(({ name, bytes }) => `${name} ${bytes}`).join(", ")}`,
  );
  assert.ok(total <= 14_800, `${total} bytes`);
  assert.equal(late.length, 2, "pictures and packages that need no network come when they are needed");
  assert.equal(chunks.length, 4, "and fflate");
});

test("nothing of Node and no path of this machine is in it", async () => {
  for (const { code } of await bundleRuntime()) {
    assert.doesNotMatch(code, /["'`]node:|onnxruntime-node|node_modules/);
  }
});
