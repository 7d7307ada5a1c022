// Sets larger than the memory of the process that reads them.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as v from "valibot";
import { npyBytes } from "../helpers/npy-files.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { Walk } from "../helpers/walk-dataset.ts";

const MIB = 2 ** 20;
const walker = fileURLToPath(new URL("../helpers/walk-dataset.ts", import.meta.url));

/** Walks through a source in a process whose JavaScript heap holds so many MiB; it dies where it needs more. */
async function walk(heap: number, spec: string): Promise<v.InferOutput<typeof Walk>> {
  const limits = [`--max-old-space-size=${heap}`, "--max-semi-space-size=4"];
  const args = [...limits, "--import", "tsx", walker, spec];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return v.parse(Walk, JSON.parse(stdout));
}

async function writeParts(path: string, parts: Iterable<Uint8Array | string>): Promise<number> {
  const file = await open(path, "wx");
  for (const part of parts) await (typeof part === "string" ? file.write(part) : file.write(part));
  const { size } = await file.stat();
  await file.close();
  return size;
}

test("a .npy file of 160 MiB is walked through in random order by a process with a heap of 64 MiB", async (t) => {
  const path = join(await temporaryFolder(t), "x.npy");
  const [rows, width] = [20_480, 2048];
  const header = npyBytes({ descr: "'<f4'", shape: `(${rows}, ${width})` }, new Uint8Array());
  const size = await writeParts(
    path,
    (function* () {
      yield header;
      for (let row = 0; row < rows; row += 512) {
        const values = new Float32Array(512 * width).map((_, i) => row + Math.floor(i / width));
        yield new Uint8Array(values.buffer);
      }
    })(),
  );
  assert.ok(size > 160 * MIB);
  const { growth, ...found } = await walk(64, path);
  const sum = (rows * (rows - 1)) / 2;
  assert.deepEqual(found, { length: rows, shape: [width], range: [0, rows - 1], sum });
  assert.ok(growth < 0.75 * size, `grew by ${Math.round(growth / MIB)} MiB`);
});

test("a .csv file of 70 MiB is walked through in random order by a process with a heap of 48 MiB", async (t) => {
  const path = join(await temporaryFolder(t), "x.csv");
  const [rows, width] = [35_000, 100];
  // 1.0000000000000000000 and so on: long texts of numbers that float32 holds.
  const rest = `,${"0.25000000000000000".padEnd(20, "0")}`.repeat(width - 1);
  const size = await writeParts(
    path,
    (function* () {
      yield `${Array.from({ length: width }, (_, i) => `c${i}`).join(",")}\n`;
      for (let row = 0; row < rows; row += 100) {
        yield Array.from({ length: 100 }, (_, i) => `${row + i}${rest}\n`).join("");
      }
    })(),
  );
  assert.ok(size > 69 * MIB, `${size / MIB}`);
  const { growth, ...found } = await walk(48, `${path}?memory=4`);
  const sum = (rows * (rows - 1)) / 2;
  assert.deepEqual(found, { length: rows, shape: [width], range: [0, rows - 1], sum });
  assert.ok(growth < 0.75 * size, `grew by ${Math.round(growth / MIB)} MiB`);
});
