// Reads Parquet files of feature tables row group by row group, by hyparquet.
import {
  type Column,
  isVector,
  type Rows,
  type Values,
  type VectorColumn,
  type Vectors,
} from "../../columns.ts";
import { FeatureSetError } from "../../errors.ts";
import { readCell } from "../cells.ts";

export async function* readParquet(
  path: string,
  columns: readonly Column[],
): AsyncGenerator<Rows, void, void> {
  const [{ asyncBufferFromFile, parquetScan }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  const wrong = (error: unknown) =>
    new FeatureSetError(`${path}: cannot be read (${error instanceof Error ? error.message : error})`);
  const scan = await asyncBufferFromFile(path)
    .then((file) => parquetScan({ file, compressors }))
    .catch((error: unknown) => {
      throw wrong(error);
    });
  for (const { rowStart, rowEnd } of scan.ranges) {
    const values: Values[] = [];
    for (const column of columns) {
      const cells = await scan
        .readColumn({ column: column.name, rowStart, rowEnd })
        .catch((error: unknown) => {
          throw wrong(error);
        });
      if (!isVector(column)) values.push(Array.from(cells, (cell) => readCell(cell, column.type)));
      else values.push(flatten(cells, column, path));
    }
    yield { count: rowEnd - rowStart, values };
  }
}

/** hyparquet makes float16 numbers already. */
function flatten(cells: ArrayLike<unknown>, { type, size }: VectorColumn, path: string): Vectors {
  const flat = new (type === "int8" ? Int8Array : Float32Array)(cells.length * size);
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (!Array.isArray(cell) || cell.length !== size) {
      const found = JSON.stringify(cell);
      throw new FeatureSetError(`${path}: the code of row ${row} is ${found}; expected ${size} numbers`);
    }
    flat.set(cell, row * size);
  }
  return flat;
}
