// JSON lines: an object per row.
import type { Cell } from "../../../data/index.ts";
import { type Column, isVector, type Rows, type Values, vectorsOf } from "../columns.ts";
import { FeatureSetError } from "../errors.ts";
import { decimalOf, jsonCell, readCell, readVectors } from "./cells.ts";
import type { Format, RowWriter } from "./format.ts";
import { linesOf, TextFile } from "./text-file.ts";

const AT_ONCE = 4096;

export const jsonl: Format = {
  suffixes: [".jsonl"],
  compressions: ["none"],
  open: ([path = ""], columns) => openJsonl(path, columns),
  read: ([path = ""], columns) => readJsonl(path, columns),
};

export async function openJsonl(path: string, columns: readonly Column[]): Promise<RowWriter> {
  const file = await TextFile.create(path);
  return {
    async add({ count, values }) {
      for (let row = 0; row < count; row++) {
        const entries = columns.map((column, i) => [column.name, jsonValue(column, values[i], row)]);
        await file.write(`${JSON.stringify(Object.fromEntries(entries))}\n`);
      }
    },
    finish: () => file.flush(),
    close: () => file.close(),
  };
}

export async function* readJsonl(path: string, columns: readonly Column[]): AsyncGenerator<Rows, void, void> {
  let first = 1;
  for await (const lines of linesOf(path, AT_ONCE)) {
    const objects = lines.map((line, i) => parseLine(line, `${path}: line ${first + i}`));
    first += lines.length;
    yield { count: lines.length, values: columns.map((column) => columnOf(column, objects, path)) };
  }
}

function jsonValue(column: Column, values: Values | undefined, row: number): unknown {
  if (!isVector(column)) return jsonCell((values?.[row] ?? null) as Cell, column.type);
  const code = vectorsOf(values).subarray(row * column.size, (row + 1) * column.size);
  return Array.from(code, (value) => decimalOf(value, column.type));
}

function parseLine(line: string, where: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // Said below.
  }
  throw new FeatureSetError(`${where}: is ${JSON.stringify(line.slice(0, 80))}; expected an object in JSON`);
}

function columnOf(
  column: Column,
  objects: readonly Readonly<Record<string, unknown>>[],
  path: string,
): Values {
  if (!isVector(column)) return objects.map((object) => readCell(object[column.name], column.type));
  const { name, size } = column;
  const rows = objects.map((object) => {
    const code = object[name];
    if (Array.isArray(code) && code.length === size) return code.map(Number);
    throw new FeatureSetError(`${path}: ${name} is ${JSON.stringify(code)}; expected ${size} numbers`);
  });
  return readVectors(rows, column);
}
