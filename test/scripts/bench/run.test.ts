// What `npm run bench` prints, for people and as JSON.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Benchmark, benchRow } from "../../../scripts/bench/benchmark.ts";
import { benchmarks } from "../../../scripts/bench/registry.ts";
import { runBenchmark } from "../../../scripts/bench/run.ts";
import { UsageError } from "../../../scripts/cli/errors.ts";
import { createOutput } from "../../../scripts/cli/output.ts";
import { MemoryStream } from "../../helpers/streams.ts";

const speed: Benchmark = {
  name: "speed",
  description: "how fast it is",
  run: async () => [
    benchRow({
      ...{ metric: "training", value: 7900, unit: "images/s", baseline: 81 },
      goal: { at: "least", limit: 20 },
    }),
    benchRow({ metric: "size", value: 1.234, unit: "MB", goal: { at: "most", limit: 1 } }),
  ],
};

async function run(name: string | undefined, json: boolean): Promise<string> {
  const stdout = new MemoryStream();
  const output = createOutput({ json: () => json, stdout, stderr: new MemoryStream() });
  await runBenchmark([speed], name, output);
  return stdout.text;
}

test("a goal is for the ratio where there is a baseline, else for the value", async () => {
  const { rows } = JSON.parse(await run("speed", true));
  assert.deepEqual(rows, [
    {
      ...{ metric: "training", value: 7900, unit: "images/s", baseline: 81, ratio: 7900 / 81 },
      ...{ goal: "≥ 20", met: true },
    },
    { metric: "size", value: 1.234, unit: "MB", baseline: null, ratio: null, goal: "≤ 1", met: false },
  ]);
});

test("--json tells the machine without its name", async () => {
  const report = JSON.parse(await run("speed", true));
  assert.deepEqual(Object.keys(report), ["name", "machine", "rows"]);
  assert.deepEqual(Object.keys(report.machine), ["platform", "node", "cpu", "cores", "memoryGiB"]);
});

test("the table has one line per row", async () => {
  const [titles, first, second] = (await run("speed", false)).split("\n");
  assert.match(titles ?? "", /^metric +value +unit +baseline +ratio +goal +met$/);
  assert.match(first ?? "", /^training +7,900 +images\/s +81 +97\.5 +≥ 20 +yes$/);
  assert.match(second ?? "", /^size +1\.23 +MB +≤ 1 +no$/);
});

test("without a name the benchmarks are listed", async () => {
  assert.match(await run(undefined, false), /^speed +how fast it is$/m);
});

test("an unknown name is an error that lists the known ones", async () => {
  await assert.rejects(run("sped", false), (error) => {
    assert.ok(error instanceof UsageError);
    assert.equal(error.message, 'no benchmark "sped": expected one of speed');
    return true;
  });
});

test("names of benchmarks are unique", () => {
  const names = benchmarks.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});
