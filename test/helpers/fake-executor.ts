// An executor without ONNX Runtime, for tests of what lies before it: results can be told from the input.
import type { Executor, Job, JobResult } from "../../runtime/executor.ts";
import { checkManifest } from "../../runtime/index.ts";
import { tinyManifest } from "./tiny-autoencoder.ts";

const file = { path: "e", sha256: "0".repeat(64), bytes: 1, role: "encoder", dtype: "fp32" };

/** A manifest of the tiny autoencoder, of bytes or floats. */
export function fakeManifest(changes: Readonly<Record<string, unknown>> = {}) {
  const files = [file, { ...file, path: "d", role: "decoder" }];
  return checkManifest({ ...tinyManifest, files, ...changes }, "test");
}

export interface FakeExecutor {
  readonly executor: Executor;
  /** What was asked of it: "encode 3", "close". */
  readonly log: string[];
  /** With `hold`, the runs that wait for being let go, oldest first. */
  readonly held: (() => void)[];
}

export interface FakeOptions {
  readonly lanes?: number;
  readonly fullLanes?: number;
  /** Whether runs wait until a test lets them go. */
  readonly hold?: boolean;
  /** May throw. */
  readonly onRun?: (job: Job) => void;
}

/** Codes are [first pixel of the item, number of items in the batch]. */
export function fakeExecutor({
  lanes = 1,
  fullLanes = lanes,
  hold = false,
  onRun,
}: FakeOptions = {}): FakeExecutor {
  const log: string[] = [];
  const held: (() => void)[] = [];
  const executor: Executor = {
    device: "cpu",
    passedOver: [],
    ...{ lanes, fullLanes },
    nextTurn: setImmediate,
    async run(job): Promise<JobResult> {
      log.push(`${job.kind} ${job.count}`);
      if (hold) await new Promise<void>((resolve) => held.push(resolve));
      onRun?.(job);
      const [values = new Uint8Array()] = job.inputs;
      const size = values.length / job.count;
      const data = Float32Array.from({ length: 2 * job.count }, (_, i) =>
        i % 2 === 0 ? (values[(i / 2) * size] ?? Number.NaN) : job.count,
      );
      return { outputs: [data], milliseconds: 1 };
    },
    async close() {
      log.push("close");
    },
  };
  return { executor, log, held };
}

/** Lets everything happen that is to happen without further events. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}
