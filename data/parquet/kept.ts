// Columns of a .parquet file that go along with the items: read row group by row group when they are asked for.
import type { SchemaElement } from "hyparquet";
import type { Cell, KeptColumn } from "../dataset.ts";
import { type ParquetFile, unreadable } from "./file.ts";

interface Span {
  readonly rowStart: number;
  readonly rowEnd: number;
}

/** @param name of a column that the file has */
export function keptColumn({ path, schema, scan }: ParquetFile, name: string): KeptColumn {
  const element = schema.children.find((child) => child.element.name === name)?.element;
  const type = element ? typeOf(element) : "text";
  /** The newest group that was read: rows are mostly read one after the other. */
  let newest: { readonly span: Span; readonly cells: Promise<ArrayLike<unknown>> } | undefined;
  const cellsOf = (span: Span) => {
    if (newest?.span !== span) {
      const cells = scan.readColumn({ column: name, ...span }).catch((error: unknown) => {
        throw unreadable(`${path}: column ${JSON.stringify(name)}`, error);
      });
      newest = { span, cells };
    }
    return newest.cells;
  };
  return {
    name,
    type,
    async read(start, end) {
      const out: Cell[] = [];
      for (const span of scan.ranges) {
        if (span.rowEnd <= start || span.rowStart >= end) continue;
        const cells = await cellsOf(span);
        const from = Math.max(0, start - span.rowStart);
        const to = Math.min(span.rowEnd, end) - span.rowStart;
        for (let i = from; i < to; i++) out.push(asCell(cells[i], type));
      }
      return out;
    },
  };
}

function typeOf({
  type,
  logical_type: logical,
  converted_type: converted,
}: SchemaElement): KeptColumn["type"] {
  if (logical?.type === "DECIMAL" || converted === "DECIMAL") return "number";
  const isPlain = (!logical || logical.type === "INTEGER") && (!converted || /^U?INT_\d+$/.test(converted));
  if (!isPlain) return "text";
  if (type === "BOOLEAN") return "boolean";
  if (type === "INT32" || type === "INT64") return "integer";
  return type === "FLOAT" || type === "DOUBLE" ? "number" : "text";
}

/** What has no type of a cell, such as a date or a list, becomes text. */
function asCell(value: unknown, type: KeptColumn["type"]): Cell {
  if (value === null || value === undefined) return null;
  if (type === "integer") return BigInt(value as number | bigint);
  if (type === "number") return Number(value);
  if (type === "boolean") return value === true;
  if (typeof value === "string") return value;
  return value instanceof Date ? value.toISOString() : JSON.stringify(value, bigintsAsTexts);
}

function bigintsAsTexts(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
