// A sweep's progress: lines in a log, a table drawn over itself on a terminal.
import assert from "node:assert/strict";
import test from "node:test";
import { createSweepProgress } from "../../../scripts/cli/sweep-progress.ts";
import type { SweepEvent, TrialState } from "../../../train/index.ts";
import { MemoryStream } from "../../helpers/streams.ts";

function trial(number: number, state: TrialState, epochs = 0, loss: number | null = null): SweepEvent {
  return {
    ...{
      type: "trial",
      trial: number,
      values: { "model.code": 2 * number },
      state,
      folder: `trials/${number}`,
    },
    ...{ epochs, loss, validationLoss: null, score: loss, seconds: 1 },
    reason: state === "failed" ? "the loss became NaN" : null,
  };
}

function epoch(number: number, at: number, loss: number): SweepEvent {
  const progress = {
    phase: "autoencoder",
    epochs: 5,
    epoch: at,
    items: 10,
    epochItems: 10,
    loss,
    learningRate: 0.1,
  };
  return {
    type: "run",
    trial: number,
    event: { type: "epoch", validationLoss: null, accuracy: null, ...progress },
  };
}

const course = [
  ...[trial(1, "waiting"), trial(2, "waiting"), trial(1, "running"), epoch(1, 1, 0.5), epoch(1, 2, 0.25)],
  ...[trial(1, "finished", 2, 0.25), trial(2, "running"), trial(2, "failed")],
];

test("a log gets one line for each change of a trial's state", () => {
  const stream = new MemoryStream();
  const progress = createSweepProgress({ stream });
  course.forEach(progress.update);
  progress.stop();
  assert.deepEqual(stream.text.trimEnd().split("\n"), [
    "trial 1 (model.code=2)  running",
    "trial 1 (model.code=2)  finished  epoch 2  loss 0.2500",
    "trial 2 (model.code=4)  running",
    "trial 2 (model.code=4)  failed  the loss became NaN",
  ]);
});

/** What a terminal shows in the end: it knows "up n lines" and "clear from here". */
function screen(text: string): string[] {
  const lines: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences of a terminal
  for (const part of text.split(/(\x1b\[\d+A\x1b\[J)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences of a terminal
    const up = /^\x1b\[(\d+)A/.exec(part)?.[1];
    if (up !== undefined) lines.length -= Number(up);
    else lines.push(...part.split("\n").slice(0, -1));
  }
  return lines;
}

test("a terminal gets a table that is drawn over itself", () => {
  const stream = Object.assign(new MemoryStream(), { isTTY: true });
  let time = 0;
  const progress = createSweepProgress({ stream, now: () => time });
  for (const event of course.slice(0, 5)) {
    progress.update(event);
    time += 300;
  }
  assert.deepEqual(screen(stream.text), [
    "trial  parameters    epoch    loss  state",
    "    1  model.code=2      2  0.2500  running",
    "    2  model.code=4      0       –  waiting",
  ]);
  course.slice(5).forEach(progress.update);
  progress.stop();
  assert.deepEqual(screen(stream.text), [
    "trial  parameters    epoch    loss  state",
    "    1  model.code=2      2  0.2500  finished",
    "    2  model.code=4      0       –  failed: the loss became NaN",
  ]);
});

test("losses between two drawings are not drawn, however many come", () => {
  const stream = Object.assign(new MemoryStream(), { isTTY: true });
  const progress = createSweepProgress({ stream, now: () => 0 });
  progress.update(trial(1, "waiting"));
  const before = stream.text;
  for (let i = 0; i < 100; i++) progress.update(epoch(1, i, 0.5));
  assert.equal(stream.text, before);
});

test("where the terminal is small, running trials and the best ones are shown, and no line wraps", () => {
  const stream = Object.assign(new MemoryStream(), { isTTY: true, rows: 6, columns: 30 });
  const progress = createSweepProgress({ stream });
  for (let n = 1; n <= 9; n++) progress.update(trial(n, "finished", 3, n === 4 ? 0.1 : n));
  progress.update(trial(9, "running", 3, 9));
  progress.stop();
  const shown = screen(stream.text);
  assert.deepEqual(
    shown.slice(1, 4).map((line) => line.trim().split(" ")[0]),
    ["1", "4", "9"],
  );
  assert.equal(shown[4], "… and 6 more");
  assert.ok(shown.every((line) => line.length <= 30));
});
