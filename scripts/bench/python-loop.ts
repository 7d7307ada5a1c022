// Exporting a folder of images beside the loop that many would write in Python: Pillow, PyTorch, one file at the end.
import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exportFeatures, readFeatures } from "../../export/index.ts";
import { findByRunning } from "../setup/requirements.ts";
import { type BenchContext, type BenchRow, benchRow } from "./benchmark.ts";

const program = fileURLToPath(new URL("python_loop.py", import.meta.url));
/** Debian's own: it sees the modules that Debian's packages bring. */
const PYTHON = "/usr/bin/python3";
const ROUNDS = 3;
/** Between codes of PyTorch and ONNX Runtime. */
const TOLERANCE = 1e-4;

/** No row where Python lacks a module; the reason is told. Throws an Error where both have not computed the same. */
export async function besidePython(
  model: string,
  images: string,
  folder: string,
  { say, compare }: BenchContext,
): Promise<BenchRow[]> {
  const found = findByRunning(
    PYTHON,
    ["-c", "import onnx, torch, PIL"],
    "python3-onnx, python3-torch, python3-pil",
  );
  if (!found.available) {
    say(`no loop in Python: ${found.reason}`);
    return [];
  }
  say("PNG files: beside a loop in Python");
  const out = join(folder, "beside-python");
  const ours = async () => {
    await rm(out, { recursive: true, force: true });
    return (await exportFeatures(model, images, { out, format: "npy", device: "cpu" })).itemsPerSecond;
  };
  await ours();
  for await (const { codes } of readFeatures(out)) {
    checkSame(codes, runLoop(model, images, folder).first);
    break;
  }
  const { ours: mine, python } = await compare({
    rounds: ROUNDS,
    candidates: { ours, python: () => runLoop(model, images, folder).itemsPerSecond },
  });
  return [
    benchRow({
      ...{ metric: "PNG files: all, against a plain loop in Python", unit: "items/s" },
      ...{ value: mine.median, baseline: python.median, goal: { at: "least", limit: 1 } },
    }),
  ];
}

interface LoopResult {
  readonly itemsPerSecond: number;
  /** The code of the first image. */
  readonly first: readonly number[];
}

function runLoop(model: string, images: string, folder: string): LoopResult {
  const args = [program, join(model, "encoder.onnx"), images, join(folder, "python.npy")];
  const { status, stdout, stderr } = spawnSync(PYTHON, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ended with status ${status}: ${stderr}`);
  return JSON.parse(stdout) as LoopResult;
}

function checkSame(codes: Float32Array, first: readonly number[]): void {
  const differs = first.findIndex((value, i) => !(Math.abs(value - (codes[i] as number)) <= TOLERANCE));
  if (differs < 0) return;
  throw new Error(
    `number ${differs} of the first code is ${first[differs]} in Python; expected ${codes[differs]}`,
  );
}
