// The thread that decodes images, so that the one that trains, or serves, need not stop for them.
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { decodeImage, type Flaw, type ImageSize, imageSize } from "./decode.ts";
import type { FromThread, Job, ThreadData, ToThread } from "./messages.ts";

/** A job as work on one file after the other. */
interface Task {
  readonly files: number;
  begun: number;
  done: number;
  one(index: number): Promise<void>;
  finish(): void;
}

/** Images under way at a time. libuv's four threads do them; the others wait there, so that none is idle. */
const UNDER_WAY = 64;

const port = parentPort;
if (!port) throw new Error("data/images/decoding-thread is the entry of a worker thread; use openImages()");
const { folder }: ThreadData = workerData;
const waiting: Task[] = [];
let lanes = 0;

port.on("message", (message: ToThread) => {
  if (message.kind === "close") {
    waiting.length = 0;
    port.close();
    return;
  }
  waiting.push(taskOf(message.id, message.job));
  while (lanes < UNDER_WAY && waiting.length > 0) void lane();
});

/** Does one image after the other, in the order they were asked for, until none is left to begin. */
async function lane(): Promise<void> {
  lanes++;
  for (let task = waiting[0]; task; task = waiting[0]) {
    const index = task.begun++;
    if (task.begun === task.files) waiting.shift();
    // Plain files are decoded in place: what sharp has finished, and messages, need a turn now and then.
    await setImmediate();
    await task.one(index);
    if (++task.done === task.files) task.finish();
  }
  lanes--;
}

function taskOf(id: number, job: Job): Task {
  const progress = { files: job.files.length, begun: 0, done: 0 };
  const path = (index: number) => join(folder, job.files[index] as string);
  const send = (result: FromThread["result"], transfer: ArrayBuffer[] = []) =>
    port?.postMessage({ id, result } satisfies FromThread, transfer);
  if (job.kind === "sizes") {
    const sizes = new Array<ImageSize | Flaw>(job.files.length);
    return {
      ...progress,
      async one(index) {
        sizes[index] = await imageSize(path(index));
      },
      finish: () => send({ kind: "sizes", sizes }),
    };
  }
  const { height, width, channels } = job.format;
  const size = height * width * channels;
  const pixels = new Uint8Array(job.files.length * size);
  const flaws: [number, Flaw][] = [];
  return {
    ...progress,
    async one(index) {
      const flaw = await decodeImage(
        path(index),
        job.format,
        pixels.subarray(index * size, (index + 1) * size),
      );
      if (flaw) flaws.push([index, flaw]);
    },
    finish: () => send({ kind: "pixels", pixels, flaws: flaws.sort(([a], [b]) => a - b) }, [pixels.buffer]),
  };
}
