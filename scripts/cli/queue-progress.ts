// Shows how far a set is that workers make, and what each of them is at: bars on a terminal, lines now and then in a log.
import type { Writable } from "node:stream";
import cliProgress from "cli-progress";
import type { FeatureEvent, QueueFeatureEvent, WorkerState } from "../../export/index.ts";
import { type EncodeProgressOptions, inWords } from "./encode-progress.ts";

type ProgressEvent = Extract<FeatureEvent, { readonly type: "progress" }>;

export interface QueueProgress {
  /** To be called with every event; what is shown is limited. */
  update(event: QueueFeatureEvent): void;
  /** To be called when it ends, however it ends. */
  stop(): void;
}

export function createQueueProgress(options: EncodeProgressOptions): QueueProgress {
  const { stream } = options;
  const isTerminal = "isTTY" in stream && stream.isTTY === true;
  const show = isTerminal ? showBars(stream) : showLines(options);
  let found = 0;
  let isAlone = false;
  let total: ProgressEvent | undefined;
  return {
    update(event) {
      if (event.type === "found") {
        if (event.damage === null) found++;
        else show.say(`${event.damage}; ${event.shard} is made again`);
      } else if (event.type === "queued") {
        if (found > 0) show.say(`shards that are there already and are kept: ${found}`);
        found = 0;
        show.say(`shards put into the queue: ${event.shards}`);
      } else if (event.type === "redis-away") {
        show.say("Redis is away: waiting until it is back; workers go on with what they are at");
      } else if (event.type === "redis-back") {
        show.say("Redis is back");
      } else if (event.type === "progress") {
        total = event;
      } else if (event.type === "workers" && total) {
        const { workers } = event;
        if (workers.length === 0 && !isAlone)
          show.say("no worker is there: start latentkit worker --queue …");
        isAlone = workers.length === 0;
        show.update(total, workers);
      }
    },
    stop: show.stop,
  };
}

interface Display {
  say(text: string): void;
  update(total: ProgressEvent, workers: readonly WorkerState[]): void;
  stop(): void;
}

/** Workers with a line of their own. */
const MOST = 16;

interface Line {
  readonly words: string;
  /** Of its shard, in %; undefined where there is none. */
  readonly share: number | undefined;
}

/** A line for each worker; of many, for the first ones, and one that sums up the others. */
function linesOf(workers: readonly WorkerState[]): readonly Line[] {
  if (workers.length <= MOST) return workers.map(lineOf);
  const others = workers.slice(MOST - 1);
  const busy = others.filter(({ shard }) => shard).length;
  const words = `and ${others.length} others: ${busy} at a shard, ${others.length - busy} wait`;
  return [...workers.slice(0, MOST - 1).map(lineOf), { words, share: undefined }];
}

function lineOf({ name, shard }: WorkerState): Line {
  if (!shard) return { words: `${name}  waits`, share: undefined };
  return {
    words: `${name}  ${shard.name}  ${Math.round(shard.itemsPerSecond).toLocaleString("en")} items/s`,
    share: Math.floor((100 * shard.done) / shard.items),
  };
}

/** One bar for the whole, and one below for each worker. */
function showBars(stream: Writable): Display {
  const bars = new cliProgress.MultiBar({
    format: "[{bar}] {percentage}%  {words}",
    stream,
    barsize: 24,
    fps: 5,
    clearOnComplete: false,
    forceRedraw: true,
  });
  let whole: cliProgress.SingleBar | undefined;
  const own: cliProgress.SingleBar[] = [];
  return {
    say(text) {
      if (whole) bars.log(`${text}\n`);
      else stream.write(`${text}\n`);
    },
    update(total, workers) {
      const { done, items } = total;
      const words = inWords(total);
      if (whole) whole.update(done, { words });
      else whole = bars.create(items, done, { words });
      const lines = linesOf(workers);
      for (const [i, { words, share = 0 }] of lines.entries()) {
        const bar = own[i];
        if (bar) bar.update(share, { words });
        else own.push(bars.create(100, share, { words }));
      }
      for (const bar of own.splice(lines.length)) bars.remove(bar);
    },
    stop() {
      bars.stop();
    },
  };
}

function showLines({ stream, interval = 5000, now = Date.now }: EncodeProgressOptions): Display {
  let shownAt = now();
  return {
    say(text) {
      stream.write(`${text}\n`);
    },
    update(total, workers) {
      const { done, items } = total;
      if (done < items && now() - shownAt < interval) return;
      shownAt = now();
      const share = Math.floor((100 * done) / items);
      const sum = `${done.toLocaleString("en")} of ${items.toLocaleString("en")} (${share}%)`;
      stream.write(`${sum}  ${inWords(total)}\n`);
      if (done === items) return;
      for (const { words, share } of linesOf(workers)) {
        stream.write(`  ${words}${share === undefined ? "" : `  (${share}%)`}\n`);
      }
    },
    stop() {},
  };
}
