// The second stage: codes of a shard's items, as rows of its table.
import { type Dataset, itemBytes, type KeptColumn } from "../../data/index.ts";
import type { Codes, Runtime } from "../../runtime/index.ts";
import { forgetArray } from "../../runtime/node/forget.ts";
import { itemErrors } from "../../runtime/reconstruction-error.ts";
import { packCodes } from "./codes.ts";
import { type Column, isVector, type Rows, type Values } from "./columns.ts";
import { type ItemBatch, idOf, readItems } from "./items.ts";
import type { FeaturePlan, Shard } from "./plan.ts";
import type { BadItem } from "./record.ts";
import type { StageClock } from "./stage-clock.ts";

/** Bytes of items that may be in the runtime at a time, and batches at most. */
const UNDER_WAY_BYTES = 32 * 2 ** 20;
const UNDER_WAY = 16;
/** Batches that keep the device busy. */
const LEAST_UNDER_WAY = 2;

export interface RowsOptions {
  readonly dataset: Dataset;
  readonly runtime: Runtime;
  readonly plan: FeaturePlan;
  readonly skipBad: boolean;
  readonly signal: AbortSignal;
  readonly clock: StageClock;
}

/** Rows, and the bad items among those they come from. */
export interface RowBatch extends Rows {
  readonly bad: readonly BadItem[];
}

/**
 * The rows of a shard, in order. A batch that is not full goes through the graphs alone, so that codes depend on
 * the shard's items, not on what was under way beside them.
 *
 * @param onLast called when the last batch is in the runtime, which need not be idle until this one's codes are there
 */
export async function* rowsOf(
  shard: Shard,
  options: RowsOptions,
  onLast: () => void = () => {},
): AsyncGenerator<RowBatch, void, void> {
  const { dataset, plan, skipBad, signal, clock } = options;
  const { batchSize } = plan;
  const items = readItems(dataset, shard, { batchSize, skipBad });
  const bytes = batchSize * itemBytes(dataset);
  const most = Math.max(LEAST_UNDER_WAY, Math.min(UNDER_WAY, Math.floor(UNDER_WAY_BYTES / bytes)));
  const underWay: Promise<RowBatch>[] = [];
  const settled = () => Promise.allSettled(underWay);
  try {
    for (;;) {
      const next = await clock.time("decode", () => items.next());
      if (next.done) break;
      signal.throwIfAborted();
      const isPartial = next.value.numbers.length < batchSize;
      if (isPartial) await clock.time("encode", settled);
      const rows = encode(next.value, options);
      // Awaited when its turn comes; until then a failure is nobody's.
      rows.catch(() => undefined);
      underWay.push(rows);
      if (isPartial) await clock.time("encode", settled);
      while (underWay.length >= most)
        yield await clock.time("encode", () => underWay.shift() as Promise<RowBatch>);
    }
    onLast();
    while (underWay.length > 0) yield await clock.time("encode", () => underWay.shift() as Promise<RowBatch>);
  } finally {
    await settled();
    await items.return();
  }
}

async function encode(batch: ItemBatch, { dataset, runtime, plan, signal }: RowsOptions): Promise<RowBatch> {
  const { data, numbers, bad } = batch;
  const wantsError = plan.columns.some(({ name }) => name === "error");
  // What a source has read is fresh; it is needed once more only where errors are wanted.
  const codes = await runtime.encode(data, { signal, transfer: !wantsError });
  const errors = wantsError ? await reconstructionErrors(runtime, batch, codes, signal) : undefined;
  const vector = plan.columns.find(isVector);
  const { vectors, scales } = packCodes(codes.data, codes.shape[1], vector?.type ?? "float32");
  if (vectors !== codes.data) forgetArray(codes.data);
  const own: Readonly<Record<string, () => Values>> = {
    id: () => Array.from(numbers, (number) => idOf(dataset, number)),
    label: () => labelsOf(dataset, numbers),
    error: () => errors ?? [],
    scale: () => scales ?? [],
    code: () => vectors,
  };
  const values = await Promise.all(
    plan.columns.map((column) => own[column.name]?.() ?? keptValues(dataset.kept ?? [], column, numbers)),
  );
  return { count: numbers.length, values, bad };
}

async function reconstructionErrors(
  runtime: Runtime,
  { data, numbers }: ItemBatch,
  codes: Codes,
  signal: AbortSignal,
): Promise<Float32Array> {
  const { input, reconstruction } = runtime.info;
  const decoded = await runtime.decode(codes, { signal });
  const errors = itemErrors(data, input.range, decoded.data, reconstruction.range, numbers.length);
  forgetArray(decoded.data);
  forgetArray(data);
  return errors;
}

function labelsOf({ labels, classNames }: Dataset, numbers: Uint32Array): Values {
  return Array.from(numbers, (number) => {
    const label = labels?.[number] ?? -1;
    return classNames ? (classNames[label] ?? String(label)) : label;
  });
}

/** Read as a whole, then without the cells of bad items. */
async function keptValues(
  kept: readonly KeptColumn[],
  { name }: Column,
  numbers: Uint32Array,
): Promise<Values> {
  const column = kept.find((candidate) => candidate.name === name);
  const [first] = numbers;
  const last = numbers.at(-1);
  if (!column || first === undefined || last === undefined) return [];
  const cells = await column.read(first, last + 1);
  return Array.from(numbers, (number) => cells[number - first] ?? null);
}
