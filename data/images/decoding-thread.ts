// The thread that decodes images, so that the one that trains, or serves, need not stop for them.
import { type FileHandle, open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { decodeImage, type Flaw, type ImageSize, imageSize } from "./decode.ts";
import type { FromThread, Job, ToThread } from "./messages.ts";
import { type ImagePlaces, imagePath } from "./places.ts";

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
const { folder, files, spans }: ImagePlaces = workerData;
/** Opened when the first image asks for it; the end of the thread closes it. */
let archive: Promise<FileHandle> | undefined;
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

/** The image's path, or of one in an archive its bytes. */
async function inputOf(file: number): Promise<string | Buffer> {
  if (!spans) return imagePath(folder, files[file] as string);
  archive ??= open(folder);
  const [start = 0, length = 0] = spans.subarray(2 * file);
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await (await archive).read(bytes, 0, length, start);
  return bytes.subarray(0, bytesRead);
}

function taskOf(id: number, job: Job): Task {
  const progress = { files: job.files.length, begun: 0, done: 0 };
  const input = (index: number) => inputOf(job.files[index] as number);
  const send = (result: FromThread["result"], transfer: ArrayBuffer[] = []) =>
    port?.postMessage({ id, result } satisfies FromThread, transfer);
  if (job.kind === "sizes") {
    const sizes = new Array<ImageSize | Flaw>(job.files.length);
    return {
      ...progress,
      async one(index) {
        sizes[index] = await imageSize(await input(index));
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
        await input(index),
        job.format,
        pixels.subarray(index * size, (index + 1) * size),
      );
      if (flaw) flaws.push([index, flaw]);
    },
    finish: () => send({ kind: "pixels", pixels, flaws: flaws.sort(([a], [b]) => a - b) }, [pixels.buffer]),
  };
}
