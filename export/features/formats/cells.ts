// Cells as text files hold them: numbers in as few digits as bring back the same number.
import type { Cell } from "../../../data/index.ts";
import { toFloat16 } from "../../package/variants/float16.ts";
import { fromFloat16 } from "../codes.ts";
import type { CodeType, Column, ScalarType, Values, Vectors } from "../columns.ts";
import { vectorArrays } from "../columns.ts";

/** Significant digits that tell any two float32, and any two float16, apart (IEEE 754, 5.12.2). */
const FLOAT32_DIGITS = 9;
const FLOAT16_DIGITS = 5;

/** What JSON and CSV write for a number of a code. */
export function decimalOf(value: number, type: CodeType): number {
  if (type === "int8") return value;
  if (type === "float16") return Number(fromFloat16(value).toPrecision(FLOAT16_DIGITS));
  return Number(value.toPrecision(FLOAT32_DIGITS));
}

/** A cell as JSON has it: whole numbers that a float64 does not hold exactly as text. */
export function jsonCell(cell: Cell, type: ScalarType): string | number | boolean | null {
  if (typeof cell === "bigint") return Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell);
  return typeof cell === "number" && type === "float32" ? decimalOf(cell, "float32") : cell;
}

/** A cell again, from what JSON or CSV hold. */
export function readCell(found: unknown, type: ScalarType): Cell {
  if (found === null || found === undefined || (found === "" && type !== "text")) return null;
  switch (type) {
    case "text":
      return String(found);
    case "integer":
      return BigInt(typeof found === "number" ? found : String(found));
    case "boolean":
      return found === true || found === "true";
    default:
      return Number(found);
  }
}

/** The vectors of rows that were written as decimal numbers, one array per row. */
export function readVectors(
  rows: readonly (readonly number[])[],
  { type, size }: { type: CodeType; size: number },
): Vectors {
  const flat = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    flat.set(row, i * size);
  });
  return type === "float16" ? toFloat16(flat) : type === "int8" ? Int8Array.from(flat) : flat;
}

/** The same values, in memory that nobody else writes to. */
export function own(values: Values): Values {
  return ArrayBuffer.isView(values) ? values.slice() : values;
}

/** Parts of a column as one. */
export function joinValues(parts: readonly Values[], column: Column): Values {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  if (column.kind === "scalar") return parts.flatMap((part) => Array.from(part as ArrayLike<Cell>));
  const out = new vectorArrays[column.type](parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part as Vectors, at);
    at += part.length;
  }
  return out;
}
