// Progress as a bar on a terminal and as lines in a log.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createProgress, formatDuration } from "../../../scripts/cli/progress.ts";
import { MemoryStream } from "../../helpers/streams.ts";

function open({ isTTY = false, epochs = 2 } = {}) {
  const stream = new MemoryStream();
  stream.isTTY = isTTY;
  const clock = { time: 0 };
  const progress = createProgress({ epochs, imagesPerEpoch: 1000, stream, now: () => clock.time });
  return { stream, clock, progress };
}

test("a log gets one line every five seconds and one at the end of each epoch", () => {
  const { stream, clock, progress } = open();
  for (let images = 0; images < 1000; images += 10) {
    clock.time = images * 8;
    progress.update({ epoch: 1, images, loss: 0.25 });
  }
  clock.time = 8000;
  progress.update({ epoch: 1, images: 1000, loss: 0.125 });
  progress.stop();
  assert.deepEqual(stream.text.trimEnd().split("\n"), [
    "epoch 1/2 (63%)  loss 0.2500  125 images/s  11 s left",
    "epoch 1/2  loss 0.1250  125 images/s  8 s left",
  ]);
});

test("a terminal gets a bar over all epochs, closed at the end", () => {
  const { stream, clock, progress } = open({ isTTY: true });
  progress.update({ epoch: 1, images: 500, loss: 0.5 });
  clock.time = 1000;
  progress.update({ epoch: 2, images: 0, loss: 0.25 });
  progress.stop();
  assert.match(stream.text, /epoch 2\/2 \[=+-+\] 50% {2}loss 0\.2500 {2}500 images\/s {2}2 s left/);
  assert.ok(stream.text.endsWith("\n"));
});

test("epochs of an earlier run say nothing about the speed", () => {
  const { stream, clock, progress } = open({ epochs: 10 });
  progress.update({ epoch: 9, images: 0, loss: 1 });
  clock.time = 10_000;
  progress.update({ epoch: 9, images: 500, loss: 1 });
  assert.match(stream.text, /^epoch 9\/10 \(50%\) {2}loss 1\.000 {2}50 images\/s {2}30 s left\n$/);
});

test("without a second moment neither speed nor time left is claimed", () => {
  const { stream, progress } = open();
  progress.update({ epoch: 1, images: 1000, loss: 1 });
  assert.equal(stream.text, "epoch 1/2  loss 1.000  – images/s  – left\n");
});

test("stopping before anything happened prints nothing", () => {
  for (const isTTY of [true, false]) {
    const { stream, progress } = open({ isTTY });
    progress.stop();
    assert.equal(stream.text, "");
  }
});

test("durations read as a person says them", () => {
  assert.equal(formatDuration(0.2), "1 s");
  assert.equal(formatDuration(59.5), "1 min 0 s");
  assert.equal(formatDuration(185), "3 min 5 s");
  assert.equal(formatDuration(7199), "2 h 0 min");
});
