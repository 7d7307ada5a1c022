// An explanation as text: grids of numbers side by side, a matrix's zeros as dots.
import type { Check, Explanation, Grid, Section } from "../../train/explain/index.ts";
import { formatTable } from "./table.ts";

const WIDTH = 110;
const GAP = "    ";

export function describeExplanation({ sections }: Explanation): string {
  return sections.map(describeSection).join("\n\n\n");
}

function describeSection({ title, text, grids, checks }: Section): string {
  const shown = grids.flatMap((group) => rowsOf(group.map(drawGrid)).map(beside));
  return [`${title}\n${"─".repeat(title.length)}`, text.join("\n"), ...shown, describeChecks(checks)].join(
    "\n\n",
  );
}

function describeChecks(checks: readonly Check[]): string {
  const right = { align: "right" } as const;
  return formatTable(
    [
      { title: "largest difference from the matrix" },
      ...[{ title: "tfjs", ...right }, { title: "ONNX Runtime", ...right }, { title: "agrees" }],
    ],
    checks.map(({ program, tfjs, onnx, agrees }) => [
      ...[program, tfjs.toExponential(1), onnx.toExponential(1), agrees ? "yes" : "NO"],
    ]),
  );
}

/** Lines of one width: name and size, then the numbers, with room between rows of a picture. */
function drawGrid({ name, values, pictureRow }: Grid): string[] {
  const { rows, columns } = pictureRow ?? { rows: Infinity, columns: Infinity };
  const texts = values.map((row) => row.map((value) => (pictureRow && value === 0 ? "·" : String(value))));
  const width = Math.max(...texts.flat().map((text) => text.length));
  const lines = texts.flatMap((row, y) => {
    const line = row
      .map((text, x) => `${x > 0 && x % columns === 0 ? "  " : ""}${text.padStart(width)}`)
      .join(" ");
    return y > 0 && y % rows === 0 ? ["", line] : [line];
  });
  const title = `${name}  ${values.length}×${values[0]?.length ?? 0}`;
  const all = [title, ...lines];
  const widest = Math.max(...all.map((line) => line.length));
  return all.map((line) => line.padEnd(widest));
}

/** As many blocks beside each other as fit. */
function rowsOf(blocks: readonly (readonly string[])[]): (readonly string[])[][] {
  const rows: (readonly string[])[][] = [];
  let used = Infinity;
  for (const block of blocks) {
    const width = (block[0] as string).length + GAP.length;
    if (used + width > WIDTH + GAP.length) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(block);
    used += width;
  }
  return rows;
}

function beside(blocks: readonly (readonly string[])[]): string {
  const height = Math.max(...blocks.map((block) => block.length));
  const lines = Array.from({ length: height }, (_, y) =>
    blocks.map((block) => block[y] ?? " ".repeat((block[0] as string).length)).join(GAP),
  );
  return lines.map((line) => line.trimEnd()).join("\n");
}
