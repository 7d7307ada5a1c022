// Results as tables: for the terminal, and for the README.
import { formatTable } from "../cli/table.ts";
import { isMet, type Line } from "./experiment.ts";
import type { Results } from "./results.ts";

/** Lines of one experiment, obtained and reference side by side. */
export function resultTable(lines: readonly Line[]): string {
  const right = { align: "right" } as const;
  const columns = [
    { title: "measure" },
    { title: "obtained", ...right },
    { title: "reference", ...right },
    { title: "goal", ...right },
    { title: "met" },
    { title: "source of the reference" },
  ];
  return formatTable(columns, lines.map(cells));
}

function cells(line: Line): string[] {
  const { measure, obtained, reference, goal, source, digits } = line;
  const met = isMet(line);
  return [
    ...[measure, obtained.toFixed(digits), reference === null ? "–" : reference.toFixed(digits)],
    ...[
      goal ? `${goal.at === "least" ? "≥" : "≤"} ${goal.limit}` : "",
      met === null ? "" : met ? "yes" : "no",
    ],
    source,
  ];
}

/** All results as one Markdown table; experiments in the order of `names`. */
export function markdownTable(results: Results, names: readonly string[]): string {
  const rows = names.flatMap((name) => {
    const result = results[name];
    return (result?.lines ?? []).map((line, i) => {
      const [measure, obtained, reference, goal, , source] = cells(line);
      const first = i === 0 ? `\`${name}\`` : "";
      const when = i === 0 && result ? `${duration(result.seconds)}, ${result.date}` : "";
      return `| ${[first, measure, obtained, reference, goal, source, when].join(" | ")} |`;
    });
  });
  const machines = [...new Set(names.flatMap((name) => results[name]?.machine ?? []))];
  return [
    "| experiment | measure | obtained | reference | goal | source of the reference | time, date |",
    "|---|---|---:|---:|---:|---|---|",
    ...rows,
    "",
    `Machine: ${machines.join("; ")}. Times are by the clock, whatever else it did meanwhile.`,
  ].join("\n");
}

/** Seconds as people say them: 42 s, 7 min, 1 h 20 min. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
