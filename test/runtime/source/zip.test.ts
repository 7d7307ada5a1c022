// Zips as sources: fetched once, and refused where they are not whole, too large, or lead outside.
import assert from "node:assert/strict";
import { test } from "node:test";
import { zipSync } from "fflate";
import type { Progress } from "../../../runtime/source/files.ts";
import { answer, serve } from "../../helpers/static-server.ts";
import { read, tinyFiles } from "./tiny-source.ts";

test("a zip behind a URL is fetched once; one that is too large, damaged or not there is named", async (t) => {
  const { files } = await tinyFiles(t);
  const zip = new Uint8Array(zipSync(files));
  const { origin, requests } = await serve(t, {
    "/whole.zip": answer(zip, "application/zip"),
    "/cut.zip": answer(zip.subarray(0, 200), "application/zip"),
    "/page.zip": answer("<!doctype html>", "text/html"),
  });
  const seen: Progress[] = [];
  await read(`${origin}/whole.zip`, { onProgress: (progress) => seen.push(progress) });
  assert.deepEqual(requests, ["/whole.zip"]);
  assert.deepEqual(seen.at(-1), { file: "whole.zip", loaded: zip.length, total: 0 });
  const refused = (name: string, message: string | RegExp, options = {}) =>
    assert.rejects(read(`${origin}/${name}`, options), { name: "SourceError", message });
  await refused("whole.zip", /\/whole\.zip: has at least \d+ bytes; expected at most 99$/, {
    maxBytes: 99,
  });
  await refused("cut.zip", /\/cut\.zip: cannot be unpacked \(.+\); expected a whole zip file$/);
  await refused("page.zip", /\/page\.zip: is an HTML page, .*; expected a zipped package$/);
  await refused("none.zip", `${origin}/none.zip: the server answered 404; expected a zipped package`);
});

test("zips that unpack to more than they may, or lead outside, or are cut off, are refused", async (t) => {
  const { files } = await tinyFiles(t);
  const bomb = new Uint8Array(zipSync({ ...files, "decoder.onnx": new Uint8Array(5_000_000) }));
  assert.ok(bomb.length < 100_000);
  await assert.rejects(read(bomb), {
    name: "IntegrityError",
    message: `the given zip: decoder.onnx: has 5000000 bytes; expected at most ${files["decoder.onnx"].length}`,
  });
  const manifestBomb = new Uint8Array(zipSync({ ...files, "latentkit.json": new Uint8Array(5_000_000) }));
  await assert.rejects(read(manifestBomb), {
    message: "the given zip: latentkit.json: has 5000000 bytes; expected at most 4194304",
  });
  const stored = zipSync({ ...files, "latentkit.json": [new Uint8Array(5_000_000), { level: 0 }] });
  await assert.rejects(read(statedSize(stored, "latentkit.json", 10)), {
    message: "the given zip: latentkit.json: has 5000000 bytes; expected at most 4194304",
  });
  const { length } = files["decoder.onnx"];
  const lying = statedSize(
    zipSync({ ...files, "decoder.onnx": new Uint8Array(5_000_000) }),
    "decoder.onnx",
    length,
  );
  await assert.rejects(read(lying), {
    name: "IntegrityError",
    message: /^the given zip: decoder\.onnx: sha256 is [0-9a-f]{64}; expected/,
  });
  for (const path of ["../encoder.onnx", "/etc/passwd", "a\\b", "a/../../b"]) {
    const zip = new Uint8Array(zipSync({ ...files, [path]: new Uint8Array(1) }));
    await assert.rejects(read(zip), {
      name: "SourceError",
      message: `the given zip: holds ${JSON.stringify(path)}; expected paths within it, without ..`,
    });
  }
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`${i}.txt`, new Uint8Array()]));
  const listed = "the given zip: lists more than 1000 files, or one twice; expected a package";
  await assert.rejects(read(new Uint8Array(zipSync(many))), { name: "SourceError", message: listed });
  const twice = new Uint8Array(zipSync({ ...files, "decoder.onny": files["decoder.onnx"] }));
  for (const at of placesOf(twice, "decoder.onny")) twice[at + "decoder.onn".length] = "x".charCodeAt(0);
  await assert.rejects(read(twice), { name: "SourceError", message: listed });
  // An end record that promises four thousand million entries, where there is none (APPNOTE.TXT, 4.3.14 to 4.3.16).
  const endless = new Uint8Array(200);
  const view = new DataView(endless.buffer);
  view.setUint32(10, 0x06064b50, true);
  view.setUint32(10 + 32, 0xffffffff, true);
  view.setUint32(200 - 42, 0x07064b50, true);
  view.setUint32(200 - 34, 10, true);
  view.setUint32(200 - 22, 0x06054b50, true);
  view.setUint16(200 - 14, 0xffff, true);
  // The same, where the list begins beyond the end: each of its entries has no name.
  const beyond = endless.slice();
  new DataView(beyond.buffer).setUint32(10 + 48, 0x1000, true);
  await assert.rejects(read(beyond), { name: "SourceError", message: listed });
  for (const notZip of [bomb.subarray(0, 60), new Uint8Array(0), new Uint8Array(5000), endless]) {
    await assert.rejects(read(notZip), {
      name: "SourceError",
      message: /^the given zip: cannot be unpacked \(.+\); expected a whole zip file$/,
    });
  }
});

/** Where a text begins in a zip. */
function placesOf(zip: Uint8Array, text: string): readonly number[] {
  const bytes = Buffer.from(zip);
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  return places;
}

/** Changes what the zip's list (APPNOTE.TXT, 4.3.12) says of an entry's uncompressed size. */
function statedSize(zip: Uint8Array, name: string, size: number): Uint8Array<ArrayBuffer> {
  const result = Uint8Array.from(zip);
  const entry = Buffer.from(zip).lastIndexOf(name) - 46;
  const view = new DataView(result.buffer);
  assert.equal(view.getUint32(entry, true), 0x02014b50);
  view.setUint32(entry + 24, size, true);
  return result;
}
