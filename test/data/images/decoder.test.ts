// The decoding thread: its results, its end, its failures, and what it leaves of the process.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PixelFormat } from "../../../data/images/decode.ts";
import { Decoder } from "../../../data/images/decoder.ts";
import { openImages } from "../../../data/index.ts";
import { chunk, png } from "../../helpers/png.ts";
import { runFile } from "../../helpers/process.ts";
import { putFiles } from "../../helpers/put-files.ts";

const format: PixelFormat = { height: 1, width: 2, channels: 1, background: "white" };
const gray = (...samples: number[]) => png({ width: 2, height: 1, kind: "gray" }, samples);
/** The same, with a chunk nobody knows in front of the pixels: sharp decodes it. */
const unusual = (...samples: number[]) => {
  const file = gray(...samples);
  const at = file.indexOf("IDAT") - 4;
  return Buffer.concat([file.subarray(0, at), chunk("quIz"), file.subarray(at)]);
};

test("jobs under way at the same time each get their own results, plain files and others", async (t) => {
  const at = await putFiles(t, {
    "1.png": gray(1, 2),
    "2.png": unusual(3, 4),
    "3.png": gray(5, 6),
    "4.png": "no",
  });
  const decoder = new Decoder({ folder: at("."), files: ["1.png", "2.png", "3.png", "4.png", "5.png"] });
  t.after(() => decoder.close());
  const [all, sizes, some] = await Promise.all([
    decoder.pixels(Uint32Array.of(0, 1, 2), format),
    decoder.sizes(Uint32Array.of(1, 0)),
    decoder.pixels(Uint32Array.of(3, 2, 4), format),
  ]);
  assert.deepEqual(all, { kind: "pixels", pixels: Uint8Array.of(1, 2, 3, 4, 5, 6), flaws: [] });
  assert.deepEqual(sizes, new Array(2).fill({ height: 1, width: 2, channels: 1 }));
  assert.deepEqual(some.pixels, Uint8Array.of(0, 0, 5, 6, 0, 0));
  assert.deepEqual(
    some.flaws.map(([index, { wanted }]) => [index, wanted]),
    [
      [0, "a whole image file"],
      [2, "a whole image file"],
    ],
  );
});

test("plain files become what sharp makes of the same picture: gray as RGB, or at the size asked for", async (t) => {
  const at = await putFiles(t, { "plain.png": gray(9, 200), "unusual.png": unusual(9, 200) });
  const decoder = new Decoder({ folder: at("."), files: ["plain.png", "unusual.png"] });
  t.after(() => decoder.close());
  for (const wanted of [
    { ...format, channels: 3 },
    { ...format, fit: "cover" },
    { ...format, fit: "fill", height: 2, width: 2, channels: 3 },
    { ...format, width: 3 },
  ] satisfies PixelFormat[]) {
    const plain = await decoder.pixels(Uint32Array.of(0), wanted);
    assert.deepEqual(plain, await decoder.pixels(Uint32Array.of(1), wanted), JSON.stringify(wanted));
  }
});

test("a thread that fails fails its jobs by name; the next job has a new one", async (t) => {
  const at = await putFiles(t, { "1.png": gray(1, 2) });
  const decoder = new Decoder({ folder: at("."), files: ["1.png"] });
  const first = Uint32Array.of(0);
  t.after(() => decoder.close());
  // More than an array can hold: not the image's fault, so not a flaw.
  const impossible = { ...format, height: 1e9, width: 1e9 };
  const failed = { name: "DataError", message: /: the thread that decodes images failed: RangeError: / };
  const jobs = [decoder.pixels(first, impossible), decoder.sizes(first)];
  for (const job of jobs) await assert.rejects(job, failed);
  assert.deepEqual((await decoder.pixels(first, format)).pixels, Uint8Array.of(1, 2));
});

test("close ends what is under way, and may be called again; reads after it say so", async (t) => {
  const at = await putFiles(t, { "set/1.png": gray(1, 2), "set/2.png": gray(3, 4) });
  const dataset = await openImages(at("set"));
  const read = assert.rejects(dataset.read(0, 2), {
    name: "DataError",
    message: `${at("set")}: closed while images were read`,
  });
  await dataset.close?.();
  await read;
  await dataset.close?.();
  await assert.rejects(dataset.read(0, 1), {
    name: "DataError",
    message: `${at("set")}: closed; expected images to be read before close()`,
  });
});

test("a folder that is never closed does not keep the process alive", async (t) => {
  const at = await putFiles(t, { "set/1.png": gray(1, 2) });
  const ports = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const dataset = await openImages(at("set"));
  t.after(() => dataset.close?.());
  const idle = ports();
  const reading = dataset.read(0, 1);
  assert.ok(ports() > idle, "nothing waits for the thread's answer");
  await reading;
  assert.equal(ports(), idle);
  assert.equal(idle, 0);
});

test("a process that exits while images are decoded ends with the status it gave", async (t) => {
  const at = await putFiles(
    t,
    Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`set/${i}.png`, i % 2 ? gray(1, 2) : unusual(3, 4)]),
    ),
  );
  const { status, signal, stdout, stderr } = runFile(
    new URL("exit-while-decoding.ts", import.meta.url),
    at("set"),
  );
  assert.deepEqual({ status, signal, stdout }, { status: 7, signal: null, stdout: "reading" }, stderr);
});
