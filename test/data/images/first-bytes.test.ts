// The first bytes of files: at once where files are near, many at a time where they are far.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FirstBytes } from "../../../data/images/first-bytes.ts";
import { putFiles } from "../../helpers/put-files.ts";

/** A clock by which every read takes this many milliseconds. */
function clock(milliseconds: number) {
  let now = 0;
  return () => (now += milliseconds);
}

/** What is read, and whether the call had it before it returned. */
async function read(reader: FirstBytes, path: string, length: number): Promise<[string, boolean]> {
  let text: string | undefined;
  const reading = reader.read(path, length, (bytes) => {
    text = String(bytes);
    return text;
  });
  const atOnce = text !== undefined;
  return [await reading, atOnce];
}

test("near files are read at once: as many bytes as asked for, or as there are", async (t) => {
  const at = await putFiles(t, { long: "0123456789", short: "abc", empty: "" });
  const reader = new FirstBytes(clock(0.02));
  for (let round = 0; round < 100; round++) {
    assert.deepEqual(await read(reader, at("long"), 4), ["0123", true]);
    assert.deepEqual(await read(reader, at("short"), 8), ["abc", true]);
    assert.deepEqual(await read(reader, at("empty"), 2), ["", true]);
  }
});

test("far files are read at the same time, each into its own bytes", async (t) => {
  const at = await putFiles(t, { a: "aaaa", b: "bbbb" });
  const reader = new FirstBytes(clock(2));
  for (let first = 0; first < 64; first++) await read(reader, at("a"), 4);
  assert.deepEqual(await Promise.all([read(reader, at("a"), 4), read(reader, at("b"), 4)]), [
    ["aaaa", false],
    ["bbbb", false],
  ]);
});

test("a single long pause does not make files far", async (t) => {
  const at = await putFiles(t, { a: "a" });
  const times = [0, 10_000];
  const reader = new FirstBytes(() => times.shift() ?? 10_000);
  await read(reader, at("a"), 1);
  assert.deepEqual(await read(reader, at("a"), 1), ["a", true]);
});

test("errors are the file system's, near and far", async (t) => {
  const at = await putFiles(t, { a: "a" });
  for (const milliseconds of [0, 2]) {
    const reader = new FirstBytes(clock(milliseconds));
    for (let first = 0; first < 64; first++) await read(reader, at("a"), 1);
    await assert.rejects(reader.read(at("none"), 1, String), { code: "ENOENT", syscall: "open" });
  }
});
