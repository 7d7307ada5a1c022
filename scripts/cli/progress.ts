// Shows how far a training is: a bar on a terminal, a line now and then in a log.

import type { Writable } from "node:stream";
import cliProgress from "cli-progress";

/** How far it is now. */
export interface ProgressUpdate {
  /** Counted from 1. */
  readonly epoch: number;
  /** Images of this epoch that have been seen. */
  readonly images: number;
  readonly loss: number;
  /** Loss of the validation items, where there are any, at the end of an epoch. */
  readonly validationLoss?: number | null;
}

export interface Progress {
  /** To be called as often as one likes; what is shown is limited. */
  update(update: ProgressUpdate): void;
  /** To be called when it ends, however it ends. */
  stop(): void;
}

export interface ProgressOptions {
  readonly epochs: number;
  readonly imagesPerEpoch: number;
  readonly stream: Writable;
  /** What one item is called; "images" unless told. */
  readonly unit?: string;
  /** Milliseconds between two lines of a log; 5,000 unless told. */
  readonly interval?: number;
  /** Milliseconds now, for tests. */
  readonly now?: () => number;
}

/** What is shown at one moment. */
interface Moment {
  readonly epoch: string;
  /** Training loss, and the newest validation loss where there is one. */
  readonly loss: string;
  readonly rate: string;
  readonly left: string;
}

export function createProgress(options: ProgressOptions): Progress {
  const measure = createMeasure(options);
  const show = isTerminal(options.stream) ? showBar(options) : showLines(options);
  return {
    update(update) {
      show.update(update, measure(update));
    },
    stop: show.stop,
  };
}

interface Display {
  update(update: ProgressUpdate, moment: Moment): void;
  stop(): void;
}

function showBar({ epochs, imagesPerEpoch, stream, unit = "images" }: ProgressOptions): Display {
  const bar = new cliProgress.SingleBar({
    format: `epoch {epoch} [{bar}] {percentage}%  loss {loss}  {rate} ${unit}/s  {left} left`,
    stream,
    barsize: 24,
    fps: 5,
  });
  let started = false;
  return {
    update({ epoch, images }, moment) {
      const done = (epoch - 1) * imagesPerEpoch + images;
      if (!started) bar.start(epochs * imagesPerEpoch, done, moment);
      else bar.update(done, moment);
      started = true;
    },
    stop() {
      if (started) bar.stop();
    },
  };
}

function showLines(options: ProgressOptions): Display {
  const { imagesPerEpoch, stream, unit = "images", interval = 5000, now = Date.now } = options;
  let shownAt = now();
  return {
    update({ images }, { epoch, loss, rate, left }) {
      const epochIsDone = images >= imagesPerEpoch;
      if (!epochIsDone && now() - shownAt < interval) return;
      shownAt = now();
      const percent = Math.floor((100 * images) / imagesPerEpoch);
      const part = epochIsDone ? "" : ` (${percent}%)`;
      stream.write(`epoch ${epoch}${part}  loss ${loss}  ${rate} ${unit}/s  ${left} left\n`);
    },
    stop() {},
  };
}

/**
 * Speed and time left, from the first update on: what comes before it (loading, compiling) and epochs that an
 * earlier run did say nothing about the speed of this one.
 */
function createMeasure({ epochs, imagesPerEpoch, now = Date.now }: ProgressOptions) {
  let first: { readonly time: number; readonly done: number } | undefined;
  let validation = "";
  return ({ epoch, images, loss, validationLoss }: ProgressUpdate): Moment => {
    if (validationLoss != null) validation = ` (validation ${validationLoss.toPrecision(4)})`;
    const done = (epoch - 1) * imagesPerEpoch + images;
    const time = now();
    first ??= { time, done };
    const rate = (1000 * (done - first.done)) / (time - first.time);
    const isKnown = Number.isFinite(rate) && rate > 0;
    return {
      epoch: `${epoch}/${epochs}`,
      loss: loss.toPrecision(4) + validation,
      rate: isKnown ? Math.round(rate).toLocaleString("en") : "–",
      left: isKnown ? formatDuration((epochs * imagesPerEpoch - done) / rate) : "–",
    };
  };
}

/** Seconds as a person says them: `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.ceil(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function isTerminal(stream: Writable): boolean {
  return "isTTY" in stream && stream.isTTY === true;
}
