// DuckDB as an independent reader of Parquet, CSV and JSON lines.
import { DuckDBInstance } from "@duckdb/node-api";

/** The rows of a query, as JSON has them: whole numbers of 64 bits as texts. */
export async function duckdb(query: string): Promise<readonly Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(query)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
