// Shows how far an export of features is: a bar on a terminal, a line now and then in a log.

import type { Writable } from "node:stream";
import cliProgress from "cli-progress";
import type { FeatureEvent } from "../../export/index.ts";
import { formatDuration } from "./progress.ts";

type ProgressEvent = Extract<FeatureEvent, { readonly type: "progress" }>;

export interface EncodeProgress {
  /** To be called with every event; what is shown is limited. */
  update(event: FeatureEvent): void;
  /** To be called when it ends, however it ends. */
  stop(): void;
}

export interface EncodeProgressOptions {
  readonly stream: Writable;
  /** Milliseconds between two lines of a log; 5,000 unless told. */
  readonly interval?: number;
  /** Milliseconds now, for tests. */
  readonly now?: () => number;
}

/** What the walk waits for, as one says it. */
const limits = { decode: "decoding", encode: "encoding", write: "writing" } as const;

export function createEncodeProgress(options: EncodeProgressOptions): EncodeProgress {
  const { stream } = options;
  const isTerminal = "isTTY" in stream && stream.isTTY === true;
  const show = isTerminal ? showBar(stream) : showLines(options);
  let found = 0;
  return {
    update(event) {
      if (event.type === "found") {
        if (event.damage === null) found++;
        else stream.write(`${event.damage}; ${event.shard} is made again\n`);
      }
      if (event.type !== "progress") return;
      if (found > 0) stream.write(`shards that are there already and are kept: ${found}\n`);
      found = 0;
      show.update(event, inWords(event));
    },
    stop: show.stop,
  };
}

/** How fast, how long still, and what it waits for. */
export function inWords({ itemsPerSecond, secondsLeft, limit }: ProgressEvent): string {
  const isKnown = itemsPerSecond > 0 && Number.isFinite(secondsLeft);
  const rate = isKnown ? Math.round(itemsPerSecond).toLocaleString("en") : "–";
  const left = isKnown ? formatDuration(secondsLeft) : "–";
  return `${rate} items/s  ${left} left  limited by ${limits[limit]}`;
}

interface Display {
  update(event: ProgressEvent, words: string): void;
  stop(): void;
}

function showBar(stream: Writable): Display {
  const bar = new cliProgress.SingleBar({
    format: "[{bar}] {percentage}%  {words}",
    stream,
    barsize: 24,
    fps: 5,
  });
  let started = false;
  return {
    update({ done, items }, words) {
      if (started) bar.update(done, { words });
      else bar.start(items, done, { words });
      started = true;
    },
    stop() {
      if (started) bar.stop();
    },
  };
}

function showLines({ stream, interval = 5000, now = Date.now }: EncodeProgressOptions): Display {
  let shownAt = now();
  return {
    update({ done, items }, words) {
      if (done < items && now() - shownAt < interval) return;
      shownAt = now();
      const share = Math.floor((100 * done) / items);
      stream.write(`${done.toLocaleString("en")} of ${items.toLocaleString("en")} (${share}%)  ${words}\n`);
    },
    stop() {},
  };
}
