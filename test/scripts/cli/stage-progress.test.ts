// Lines that tell what is under way.
import assert from "node:assert/strict";
import test from "node:test";
import { createStageProgress } from "../../../scripts/cli/stage-progress.ts";
import { MemoryStream } from "../../helpers/streams.ts";

test("a stage is told when it begins, its share after a while", () => {
  const stream = new MemoryStream();
  let time = 0;
  const { update } = createStageProgress(stream, { interval: 1000, now: () => time });
  for (const [at, stage, share] of [
    [0, "codes", 0],
    [500, "codes", 0.2],
    [1000, "codes", 0.456],
    [1500, "codes", 0.6],
    [1600, "probe", 0],
    [2599, "probe", 0.9],
  ] as const) {
    time = at;
    update({ stage, share });
  }
  assert.equal(stream.text, "codes\ncodes (45%)\nprobe\n");
});
