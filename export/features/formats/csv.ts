// CSV (RFC 4180) with a row of names; a code is as many columns, code_0 to code_(n-1).
import { createReadStream } from "node:fs";
import { type Column, isVector, type Rows, type Values, vectorsOf } from "../columns.ts";
import { FeatureSetError } from "../errors.ts";
import { decimalOf, jsonCell, readCell, readVectors } from "./cells.ts";
import type { Format, RowWriter } from "./format.ts";
import { TextFile } from "./text-file.ts";

export const csv: Format = {
  suffixes: [".csv"],
  compressions: ["none"],
  open: ([path = ""], columns) => open(path, columns),
  read: ([path = ""], columns) => read(path, columns),
};

async function open(path: string, columns: readonly Column[]): Promise<RowWriter> {
  const { default: papa } = await import("papaparse");
  const file = await TextFile.create(path);
  const write = (rows: readonly (readonly unknown[])[]) =>
    file.write(`${papa.unparse(rows as unknown[][])}\r\n`);
  await write([namesOf(columns)]);
  return {
    async add({ count, values }) {
      if (count === 0) return;
      const rows = Array.from({ length: count }, (_, row) =>
        columns.flatMap((column, i) => cellsOf(column, values[i], row)),
      );
      await write(rows);
    },
    finish: () => file.flush(),
    close: () => file.close(),
  };
}

async function* read(path: string, columns: readonly Column[]): AsyncGenerator<Rows, void, void> {
  const { default: papa } = await import("papaparse");
  const names = namesOf(columns);
  const parser = createReadStream(path).pipe(papa.parse(papa.NODE_STREAM_INPUT, {}));
  let isFirst = true;
  let waiting: string[][] = [];
  const take = (): Rows => {
    const rows = waiting;
    waiting = [];
    let from = 0;
    return {
      count: rows.length,
      values: columns.map((column) => {
        const start = from;
        from += isVector(column) ? column.size : 1;
        return columnOf(column, rows, start);
      }),
    };
  };
  for await (const row of parser as AsyncIterable<string[]>) {
    if (row.length !== names.length)
      throw new FeatureSetError(`${path}: a row has ${row.length} cells; expected ${names.length}`);
    if (isFirst) {
      isFirst = false;
      if (row.join() === names.join()) continue;
      throw new FeatureSetError(`${path}: its columns are ${row.join(", ")}; expected ${names.join(", ")}`);
    }
    waiting.push(row);
    if (waiting.length === 4096) yield take();
  }
  if (waiting.length > 0) yield take();
}

function namesOf(columns: readonly Column[]): string[] {
  return columns.flatMap((column) =>
    isVector(column) ? Array.from({ length: column.size }, (_, i) => `${column.name}_${i}`) : column.name,
  );
}

function cellsOf(column: Column, values: Values | undefined, row: number): unknown[] {
  if (!isVector(column)) {
    const cell = values?.[row] ?? null;
    return [typeof cell === "bigint" ? cell.toString() : jsonCell(cell, column.type)];
  }
  const code = vectorsOf(values).subarray(row * column.size, (row + 1) * column.size);
  return Array.from(code, (value) => decimalOf(value, column.type));
}

function columnOf(column: Column, rows: readonly (readonly string[])[], start: number): Values {
  if (!isVector(column)) return rows.map((row) => readCell(row[start], column.type));
  return readVectors(
    rows.map((row) => row.slice(start, start + column.size).map(Number)),
    column,
  );
}
