// The schema of a table in Parquet's own terms.
import type { SchemaElement } from "hyparquet";
import type { CodeType, Column, ScalarType } from "../../columns.ts";

type Element = Omit<SchemaElement, "name" | "repetition_type">;

const scalars: Readonly<Record<ScalarType, Element>> = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  integer: { type: "INT64" },
  int32: { type: "INT32" },
  number: { type: "DOUBLE" },
  float32: { type: "FLOAT" },
  boolean: { type: "BOOLEAN" },
};

export const codeElements = {
  float32: { type: "FLOAT" },
  float16: { type: "FIXED_LEN_BYTE_ARRAY", type_length: 2, logical_type: { type: "FLOAT16" } },
  int8: { type: "INT32", converted_type: "INT_8" },
} as const satisfies Record<CodeType, Element>;

/** Names of a list's parts, as the format's LogicalTypes.md wants them. */
export const LIST_PATH = ["list", "element"] as const;

/** All columns, in their order; only cells of kept columns may be null, since others always have a value. */
export function parquetSchema(
  columns: readonly Column[],
  isOptional: (name: string) => boolean,
): SchemaElement[] {
  const elements = columns.flatMap((column): SchemaElement[] => {
    const { name } = column;
    if (column.kind === "scalar") {
      return [{ name, ...scalars[column.type], repetition_type: isOptional(name) ? "OPTIONAL" : "REQUIRED" }];
    }
    const [list, element] = LIST_PATH;
    return [
      {
        name,
        repetition_type: "REQUIRED",
        num_children: 1,
        converted_type: "LIST",
        logical_type: { type: "LIST" },
      },
      { name: list, repetition_type: "REPEATED", num_children: 1 },
      { name: element, ...codeElements[column.type], repetition_type: "REQUIRED" },
    ];
  });
  return [{ name: "schema", num_children: columns.length }, ...elements];
}
