// Apache Arrow's IPC file format: the code as a fixed-size list.
import { createWriteStream } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Data, DataType, Field, RecordBatch } from "apache-arrow";
import {
  type Column,
  isVector,
  type Rows,
  type Values,
  type VectorColumn,
  type Vectors,
  vectorsOf,
} from "../columns.ts";
import { FeatureSetError } from "../errors.ts";
import { joinValues, own, readCell } from "./cells.ts";
import type { Format, RowWriter } from "./format.ts";

type Arrow = typeof import("apache-arrow");

/** Rows of a record batch. */
const BATCH_ROWS = 16_384;

export const arrow: Format = {
  suffixes: [".arrow"],
  compressions: ["none"],
  open: ([path = ""], columns) => open(path, columns),
  read: ([path = ""], columns) => read(path, columns),
};

async function open(path: string, columns: readonly Column[]): Promise<RowWriter> {
  const arrow = await import("apache-arrow");
  const schema = new arrow.Schema(columns.map((column) => fieldOf(arrow, column)));
  const file = createWriteStream(path, { flags: "wx" });
  const writer = new arrow.RecordBatchFileWriter();
  const written = pipeline(writer.toNodeStream(), file);
  // Reported by `finish`; a writer that is closed before is not to make it an unhandled one.
  written.catch(() => undefined);
  writer.reset(undefined, schema);
  let parts: (readonly Values[])[] = [];
  let waiting = 0;
  const writeBatch = () => {
    const data = columns.map((column, at) => {
      const values = parts.map((part) => part[at] as Values);
      return dataOf(arrow, column, joinValues(values, column), waiting);
    });
    const type = new arrow.Struct(schema.fields);
    writer.write(new arrow.RecordBatch(schema, arrow.makeData({ type, length: waiting, children: data })));
    parts = [];
    waiting = 0;
  };
  return {
    async add({ count, values }) {
      if (count === 0) return;
      parts.push(values.map(own));
      waiting += count;
      if (waiting >= BATCH_ROWS) writeBatch();
    },
    async finish() {
      if (waiting > 0) writeBatch();
      writer.finish();
      await written;
    },
    async close() {
      file.destroy();
    },
  };
}

async function* read(path: string, columns: readonly Column[]): AsyncGenerator<Rows, void, void> {
  const { RecordBatchReader } = await import("apache-arrow");
  const handle = await openFile(path);
  try {
    for await (const batch of await RecordBatchReader.from(handle)) {
      yield { count: batch.numRows, values: columns.map((column) => valuesOf(column, batch, path)) };
    }
  } catch (error) {
    if (error instanceof FeatureSetError) throw error;
    throw new FeatureSetError(`${path}: cannot be read (${error instanceof Error ? error.message : error})`);
  } finally {
    await handle.close().catch(() => undefined);
  }
}

function typeOf(arrow: Arrow, column: Column): DataType {
  switch (column.type) {
    case "text":
      return new arrow.Utf8();
    case "integer":
      return new arrow.Int64();
    case "int32":
      return new arrow.Int32();
    case "number":
      return new arrow.Float64();
    case "float32":
      return new arrow.Float32();
    case "boolean":
      return new arrow.Bool();
    case "float16":
      return new arrow.Float16();
    case "int8":
      return new arrow.Int8();
  }
}

function fieldOf(arrow: Arrow, column: Column): Field {
  if (!isVector(column)) return new arrow.Field(column.name, typeOf(arrow, column), true);
  return new arrow.Field(column.name, listOf(arrow, column), false);
}

function listOf(arrow: Arrow, column: VectorColumn) {
  return new arrow.FixedSizeList(column.size, new arrow.Field("item", typeOf(arrow, column), false));
}

function dataOf(arrow: Arrow, column: Column, values: Values, length: number): Data {
  if (isVector(column)) {
    return arrow.makeData({
      type: listOf(arrow, column),
      length,
      child: numbersOf(arrow, vectorsOf(values)),
    });
  }
  const [data] = arrow.vectorFromArray(Array.from(values), typeOf(arrow, column)).data;
  if (!data) throw new FeatureSetError(`column ${column.name}: Arrow made nothing of ${length} values`);
  return data;
}

/** The same memory, told as what it is. */
function numbersOf(arrow: Arrow, data: Vectors): Data {
  const { length } = data;
  if (data instanceof Float32Array) return arrow.makeData({ type: new arrow.Float32(), length, data });
  if (data instanceof Int8Array) return arrow.makeData({ type: new arrow.Int8(), length, data });
  return arrow.makeData({ type: new arrow.Float16(), length, data });
}

function valuesOf(column: Column, batch: RecordBatch, path: string): Values {
  const vector = batch.getChild(column.name);
  if (!vector) throw new FeatureSetError(`${path}: has no column ${column.name}`);
  if (!isVector(column))
    return Array.from(vector as Iterable<unknown>, (cell) => readCell(cell, column.type));
  const [data] = vector.data;
  const child = data?.children[0];
  const values: unknown = child?.values;
  const length = batch.numRows * column.size;
  if (values instanceof Float32Array || values instanceof Uint16Array || values instanceof Int8Array) {
    return values.slice(0, length) as Vectors;
  }
  throw new FeatureSetError(`${path}: column ${column.name} holds no ${column.type}`);
}
