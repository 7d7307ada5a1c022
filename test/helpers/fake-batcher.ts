// A batcher over an executor that a test holds, with calls of one-byte items.
import { createBatcher } from "../../runtime/batcher.ts";
import { type BatchingOptions, batchingDefaults } from "../../runtime/batching.ts";
import type { Work } from "../../runtime/call.ts";
import type { Answer } from "../../runtime/executor.ts";
import { StatsRecorder } from "../../runtime/stats.ts";
import type { CallOptions } from "../../runtime/types.ts";
import { type FakeOptions, fakeExecutor } from "./fake-executor.ts";

export function fakeBatcher(batching: BatchingOptions = {}, options: FakeOptions = {}) {
  const { executor, log, held } = fakeExecutor(options);
  const batcher = createBatcher("tiny", executor, { ...batchingDefaults, ...batching }, new StatsRecorder());
  /** Items of one value each: `submit(7)` gives the code [7, items in the batch]. */
  const submit = (values: number | number[], call: CallOptions = {}, kind: Work["kind"] = "encode") => {
    const data = Uint8Array.from([values].flat());
    return batcher.submit(work(data, kind), call, (answer) => answer);
  };
  return { batcher, submit, log, held };
}

export const work = (values: Uint8Array, kind: Work["kind"] = "encode"): Work => {
  const { length: count } = values;
  return { kind, count, inputs: [{ values, dtype: "uint8", count, size: 1 }] };
};

export const codes = (answers: readonly Answer[]) => answers.map(([data]) => [...(data ?? [])]);
