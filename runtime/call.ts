// One call on its way: which of its items have gone to the graphs, and what has come back.
import { arrayOf, type Dtype, dtypeOf, type GraphArray } from "./arrays.ts";
import type { Answer, Job } from "./executor.ts";
import type { Items } from "./input.ts";

/** What a call is about. */
export interface Work {
  readonly kind: Job["kind"];
  readonly count: number;
  /** `count` items of each of the job's inputs. */
  readonly inputs: readonly Items[];
}

export interface Call {
  readonly work: Work;
  /** Whether the items are the caller's no more. */
  readonly transfer: boolean;
  /** As `performance.now()` has it. */
  readonly queuedAt: number;
  /** Items that have been handed out. */
  taken: number;
  /** Items of which the answer has the results. */
  arrived: number;
  /** Whether it has its answer or has failed. */
  isOver: boolean;
  /** Of calls that go in parts. */
  answer?: Answer;
  /** Makes of the answer what the caller wants. */
  finish(answer: Answer): unknown;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
  /** To be let go of when the call is over. */
  deadline?: ReturnType<typeof setTimeout>;
  unwatch?: () => void;
}

/** Items `start` to `end`, excluded, of a call. */
export interface Part {
  readonly call: Call;
  readonly start: number;
  readonly end: number;
}

/**
 * Takes in what a batch of `count` items gave a part of it: its items from number `from` on. Returns the call's answer
 * when it is whole.
 */
export function arrive(
  { call, start, end }: Part,
  outputs: Answer,
  from: number,
  count: number,
): Answer | undefined {
  const length = end - start;
  const total = call.work.count;
  // Where nobody else has a part in the batch, nothing need be copied.
  const part =
    length === count
      ? outputs
      : outputs.map((values) => {
          const size = values.length / count;
          return values.slice(from * size, (from + length) * size);
        });
  if (length === total) return part;
  call.answer ??= part.map(
    (values) => new (arrayOf(dtypeOf(values) as Dtype))((values.length / length) * total),
  );
  call.answer.forEach((whole, i) => {
    whole.set(part[i] as GraphArray, (whole.length / total) * start);
  });
  call.arrived += length;
  return call.arrived < total ? undefined : call.answer;
}
