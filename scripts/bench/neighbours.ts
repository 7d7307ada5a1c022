// Neighbours of codes: an approximate index beside a look at all of them, on MNIST's codes of a model trained for it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportFeatures, type Metric, openNeighbours, readFeatures } from "../../export/index.ts";
import { train } from "../../train/index.ts";
import { type BenchContext, type Benchmark, type BenchRow, benchRow } from "./benchmark.ts";

const CODE = 30;
const QUERIES = 500;
const COUNT = 10;
const ROUNDS = 5;

export const neighbours: Benchmark = {
  name: "neighbours",
  description:
    "neighbours in 60,000 codes: an index's recall, questions/s and the time to make it, beside exact search",
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), "latentkit-bench-"));
    try {
      context.say("training a code of 30 numbers for one epoch");
      const model = { hidden: [256], code: CODE };
      const trained = await train({ data: "mnist:train", model, epochs: 1 }, { folder: join(folder, "run") });
      const [table, questions] = [join(folder, "table"), join(folder, "questions")];
      for (const [source, out] of [
        ["mnist:train", table],
        ["mnist:test", questions],
      ] as const)
        await exportFeatures(trained.package.folder, source, { out, device: "cpu" });
      const queries = await firstCodes(questions);
      return [
        ...(await measure("cosine", table, queries, context)),
        ...(await measure("euclidean", table, queries, context)),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function firstCodes(features: string): Promise<readonly Float32Array[]> {
  const first: Float32Array[] = [];
  for await (const { codes, shape } of readFeatures(features)) {
    for (let row = 0; row < shape[0] && first.length < QUERIES; row++)
      first.push(codes.slice(row * shape[1], (row + 1) * shape[1]));
    if (first.length === QUERIES) break;
  }
  return first;
}

async function measure(
  metric: Metric,
  table: string,
  queries: readonly Float32Array[],
  { say, compare }: BenchContext,
): Promise<readonly BenchRow[]> {
  say(`${metric}: making the index`);
  const exact = await openNeighbours(table, { metric, search: "exact" });
  const open = async () => {
    const begun = performance.now();
    const index = await openNeighbours(table, { metric, search: "approximate" });
    return { index, seconds: (performance.now() - begun) / 1000 };
  };
  const made = await open();
  const again = await open();
  const ask = async (subject: typeof exact) => {
    const rows: number[][] = [];
    for (const code of queries) rows.push((await subject.nearest(code, COUNT)).map(({ row }) => row));
    return rows;
  };
  // Names of rows are read once; then they are there.
  const [expected, found] = [await ask(exact), await ask(made.index)];
  const common = expected.flatMap((rows, i) => rows.filter((row) => found[i]?.includes(row)));
  const rate = (subject: typeof exact) => async () => {
    const begun = performance.now();
    await ask(subject);
    return (1000 * QUERIES) / (performance.now() - begun);
  };
  say(`${metric}: ${QUERIES} questions at a time`);
  const rates = await compare({
    ...{ rounds: ROUNDS, warmup: 0 },
    candidates: { exact: rate(exact), index: rate(made.index) },
  });
  return [
    benchRow({
      metric: `${metric}: found of the ${COUNT} nearest`,
      ...{ value: (100 * common.length) / (QUERIES * COUNT), unit: "%", goal: { at: "least", limit: 99 } },
    }),
    benchRow({
      metric: `${metric}: questions by the index, beside exact search`,
      ...{ value: rates.index.median, unit: "questions/s", baseline: rates.exact.median },
      goal: { at: "least", limit: 5 },
    }),
    benchRow({ metric: `${metric}: making the index`, value: made.seconds, unit: "s" }),
    benchRow({ metric: `${metric}: opening it again`, value: again.seconds, unit: "s" }),
  ];
}
