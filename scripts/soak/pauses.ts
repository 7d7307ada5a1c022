// For --import: a slow, shared machine. Threads pause at random moments, longer than most work takes; file operations and
// the start of threads are late now and then. What happens is the same, in other orders.

import fs, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { devNull } from "node:os";
import { setTimeout } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";

/** Milliseconds between two moments at which a thread may pause, and how likely it then does. */
const MOMENT = 200;
const LIKELY = isMainThread ? 0.05 : 0.02;
/** Milliseconds of a pause. */
const [SHORTEST, LONGEST] = [200, 1500];
/** Half of the threads start late, by up to so many milliseconds. */
const LATE_START = 700;
/** Milliseconds by which a file operation is late at most: now and then, and rarely. */
const [LATE, VERY_LATE] = [20, 250];

type Method = (...args: unknown[]) => Promise<unknown>;

if (!isMainThread && Math.random() < 0.5) pause(LATE_START * Math.random());
setInterval(() => {
  if (Math.random() < LIKELY) pause(SHORTEST + (LONGEST - SHORTEST) * Math.random());
}, MOMENT).unref();

const handle = await fs.open(devNull);
const handles: FileHandle = Object.getPrototypeOf(handle);
await handle.close();
delay(handles, ["sync", "close"]);
delay(fs, ["open", "readFile", "writeFile", "readdir", "stat", "mkdir", "rename", "rm"]);
syncBuiltinESMExports();

/** Holds this thread. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Lets methods begin late, and their results come late. */
function delay<O extends object>(owner: O, names: readonly (keyof O)[]): void {
  for (const name of names) {
    const method = owner[name] as Method;
    const late: Method = async function (this: unknown, ...args) {
      await someTime();
      const result = await method.apply(this, args);
      await someTime();
      return result;
    };
    owner[name] = late as O[typeof name];
  }
}

async function someTime(): Promise<void> {
  const chance = Math.random();
  if (chance < 0.75) return;
  await setTimeout((chance < 0.97 ? LATE : VERY_LATE) * Math.random());
}
