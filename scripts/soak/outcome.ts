// What of a finished run must not depend on how often it was interrupted.

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EpochRecord } from "../../train/index.ts";

/** Hashes of the models and of the last checkpoint's tensors, and every epoch's losses. Times are left out. */
export async function outcomeOf(folder: string): Promise<string> {
  const checkpoints = join(folder, "checkpoints");
  const last =
    (await readdir(checkpoints))
      .filter((name) => name.startsWith("step-"))
      .sort()
      .at(-1) ?? "";
  const files = [
    ...[join(folder, "package", "encoder.onnx"), join(folder, "package", "decoder.onnx")],
    join(checkpoints, last, "tensors.bin"),
  ];
  const hashes = await Promise.all(
    files.map(async (file) =>
      createHash("sha256")
        .update(await readFile(file))
        .digest("hex"),
    ),
  );
  const lines = (await readFile(join(folder, "history.jsonl"), "utf8")).trim().split("\n");
  const losses = lines.map((line) => {
    const { epoch, loss, validationLoss, learningRate } = JSON.parse(line) as EpochRecord;
    return [epoch, loss, validationLoss, learningRate];
  });
  return JSON.stringify({ last, hashes, losses });
}
