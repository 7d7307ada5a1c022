// Runs one benchmark by name and shows its rows.

import { UsageError } from "../cli/errors.ts";
import type { Output } from "../cli/output.ts";
import { formatTable } from "../cli/table.ts";
import { describeMachine, inWords } from "../machine.ts";
import type { Benchmark, BenchRow } from "./benchmark.ts";
import { compare } from "./compare.ts";

/** Prints the list of benchmarks, or with a name runs that one. */
export async function runBenchmark(
  benchmarks: readonly Benchmark[],
  name: string | undefined,
  output: Output,
): Promise<void> {
  if (name === undefined) {
    const list = benchmarks.map((benchmark) => ({
      name: benchmark.name,
      description: benchmark.description,
    }));
    const rows = list.map((entry) => [entry.name, entry.description]);
    output.result({ benchmarks: list }, () => formatTable([{ title: "name" }, { title: "measures" }], rows));
    return;
  }
  const benchmark = benchmarks.find((candidate) => candidate.name === name);
  if (!benchmark) {
    const known = benchmarks.map((candidate) => candidate.name).join(", ");
    throw new UsageError(`no benchmark "${name}": expected one of ${known}`);
  }
  const machine = describeMachine();
  const rows = await benchmark.run({ machine, say: output.message, compare });
  output.result({ name, machine, rows }, () => `${describeRows(rows)}\n\n${inWords(machine)}`);
}

function describeRows(rows: readonly BenchRow[]): string {
  const right = { align: "right" } as const;
  return formatTable(
    [
      { title: "metric" },
      { title: "value", ...right },
      { title: "unit" },
      { title: "baseline", ...right },
      { title: "ratio", ...right },
      { title: "goal", ...right },
      { title: "met" },
    ],
    rows.map(({ metric, value, unit, baseline, ratio, goal, met }) => [
      ...[metric, short(value), unit, baseline === null ? "" : short(baseline)],
      ...[ratio === null ? "" : short(ratio), goal ?? "", met === null ? "" : met ? "yes" : "no"],
    ]),
  );
}

/** Three significant digits are what a measurement is good for; whole numbers from a thousand on. */
function short(value: number): string {
  return value.toLocaleString(
    "en",
    Math.abs(value) < 1000 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 },
  );
}
