// What `npm run reproduce` keeps and shows.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { CommandContext } from "../../../scripts/cli/command.ts";
import { createOutput } from "../../../scripts/cli/output.ts";
import { atLeast, atMost, type Experiment, isMet, line } from "../../../scripts/reproduce/experiment.ts";
import { withTable } from "../../../scripts/reproduce/readme.ts";
import { experiments } from "../../../scripts/reproduce/registry.ts";
import { keepResult, readResults } from "../../../scripts/reproduce/results.ts";
import { reproduce } from "../../../scripts/reproduce/run.ts";
import { duration, markdownTable, resultTable } from "../../../scripts/reproduce/tables.ts";
import { MemoryStream } from "../../helpers/streams.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const sse = line({
  ...{ measure: "test SSE", obtained: 2.7512, reference: 3, source: "Hinton & Salakhutdinov 2006" },
  ...{ goal: atMost(3), digits: 3 },
});
const accuracy = line({ measure: "accuracy, %", obtained: 97.1, source: "none", goal: atLeast(98.4) });

const context = (): CommandContext & { readonly stderr: MemoryStream } => {
  const stderr = new MemoryStream();
  return {
    output: createOutput({ json: () => false, stdout: new MemoryStream(), stderr }),
    stderr,
    stopSignal: () => new AbortController().signal,
    endSignal: () => new AbortController().signal,
  };
};

test("a goal is met or missed; without one there is nothing to meet", () => {
  assert.deepEqual([sse, accuracy, line({ measure: "x", obtained: 1, source: "" })].map(isMet), [
    true,
    false,
    null,
  ]);
});

test("obtained and reference stand side by side", () => {
  const [titles, first, second] = resultTable([sse, accuracy]).split("\n");
  assert.match(titles ?? "", /^measure +obtained +reference +goal +met +source of the reference$/);
  assert.match(first ?? "", /^test SSE +2\.751 +3\.000 +≤ 3 +yes +Hinton/);
  assert.match(second ?? "", /^accuracy, % +97\.10 +– +≥ 98\.4 +no +none$/);
});

test("results are kept one experiment at a time, and read back as they were", async (t) => {
  const path = join(await temporaryFolder(t), "results.json");
  assert.deepEqual(await readResults(path), {});
  const entry = { date: "2026-11-24", machine: "a machine", seconds: 12, lines: [sse] };
  await keepResult(path, "deep30", entry);
  await keepResult(path, "other", { ...entry, lines: [accuracy] });
  const kept = await readResults(path);
  assert.deepEqual(Object.keys(kept), ["deep30", "other"]);
  assert.deepEqual(kept.deep30, entry);
});

test("a damaged results file is named with what is wrong in it", async (t) => {
  const path = join(await temporaryFolder(t), "results.json");
  await writeFile(path, '{"deep30": {"date": "yesterday"}}');
  await assert.rejects(readResults(path), { message: /results\.json: deep30\.date: / });
});

test("the README's table lies between its comments, and only that is replaced", () => {
  const text = "# A\n<!-- reproduced: begin -->\nold\n<!-- reproduced: end -->\nrest\n";
  assert.equal(
    withTable(text, "new"),
    "# A\n<!-- reproduced: begin -->\nnew\n<!-- reproduced: end -->\nrest\n",
  );
  assert.throws(() => withTable("# A\n", "new"), /expected the comments/);
});

test("the README's table has the order of the experiments, time, date and machine", () => {
  const entry = { date: "2026-11-24", machine: "a machine", seconds: 125, lines: [sse] };
  const table = markdownTable({ b: entry, a: { ...entry, lines: [accuracy] } }, ["a", "b", "c"]);
  const lines = table.split("\n");
  assert.match(
    lines[2] ?? "",
    /^\| `a` \| accuracy, % \| 97\.10 \| – \| ≥ 98\.4 \| none \| 2 min, 2026-11-24 \|$/,
  );
  assert.match(lines[3] ?? "", /^\| `b` \| test SSE/);
  assert.equal(lines.at(-1), "Machine: a machine. Times are by the clock, whatever else it did meanwhile.");
});

test("durations are said as people say them", () => {
  assert.deepEqual([42, 125, 4800, 7260].map(duration), ["42 s", "2 min", "80 min", "2 h 1 min"]);
});

test("each result is kept before the next experiment starts, and missed goals are named", async (t) => {
  const folder = await temporaryFolder(t);
  const [results, readme] = [join(folder, "results.json"), join(folder, "README.md")];
  await writeFile(readme, "<!-- reproduced: begin --><!-- reproduced: end -->");
  const of = (name: string, run: Experiment["run"]): Experiment => ({
    ...{ name, description: `what ${name} is`, minutes: 1, run },
  });
  const three = [
    of("good", async () => [sse]),
    of("missed", async () => [accuracy]),
    of("broken", async () => {
      assert.deepEqual(Object.keys(await readResults(results)), ["good", "missed"]);
      throw new Error("no data");
    }),
  ];
  const options = { folder, results, readme, order: three.map(({ name }) => name) };
  await assert.rejects(reproduce(three, options, context()), { message: "no data" });
  assert.match(await readFile(readme, "utf8"), /`good` \| test SSE \| 2\.751/);
  const { missed } = await reproduce(three.slice(0, 2), options, context());
  assert.deepEqual(missed, ["missed"]);
});

test("every experiment has a name of its own", () => {
  const names = experiments.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
  assert.ok(names.length > 0);
});
