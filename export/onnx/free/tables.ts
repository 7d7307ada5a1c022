// Recognizes tensors of known content whose shape follows the free dimensions: repeated parts and counts.
import { type HostData, type Shape, sizeOf } from "../graph/value.ts";

/** A tensor in one trace. */
export interface Table {
  readonly shape: Shape;
  readonly data: HostData;
}

/** What all traces repeat along the axes whose length changes; those have length 1 here. */
export function repeatedPart(tables: readonly Table[]): Table | undefined {
  const [first] = tables as [Table];
  const free = first.shape.map((dim, axis) => tables.some(({ shape }) => shape[axis] !== dim));
  const parts = tables.map((table) => partOf(table, free));
  const [part] = parts;
  if (!part || parts.some((other) => !other || !sameData(other.data, part.data))) return undefined;
  return part.data.every((x: number | bigint) => x === part.data[0])
    ? { shape: [], data: part.data.slice(0, 1) }
    : part;
}

function partOf({ shape, data }: Table, free: readonly boolean[]): Table | undefined {
  const partShape = shape.map((dim, axis) => (free[axis] ? 1 : dim));
  const part = allocateLike(data, sizeOf(partShape));
  const seen = new Uint8Array(part.length);
  for (let i = 0; i < data.length; i++) {
    const at = positionInPart(i, shape, free);
    if (seen[at] && part[at] !== data[i]) return undefined;
    part[at] = data[i] as never;
    seen[at] = 1;
  }
  return { shape: partShape, data: part };
}

function positionInPart(flat: number, shape: Shape, free: readonly boolean[]): number {
  let rest = flat;
  let at = 0;
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const dim = shape[axis] as number;
    if (!free[axis]) {
      at += (rest % dim) * stride;
      stride *= dim;
    }
    rest = Math.floor(rest / dim);
  }
  return at;
}

/** start, start + step, … in every trace, only longer or shorter. */
export function progressionOf(
  tables: readonly Table[],
): { readonly start: number; readonly step: number } | undefined {
  const [first] = tables as [Table];
  if (first.shape.length !== 1 || first.data.length < 2) return undefined;
  const start = Number(first.data[0]);
  const step = Number(first.data[1]) - start;
  const follows = tables.every(({ data }) => {
    for (let i = 0; i < data.length; i++) if (Number(data[i]) !== start + i * step) return false;
    return true;
  });
  return follows ? { start, step } : undefined;
}

export function sameData(a: HostData, b: HostData): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++)
    if (a[i] !== b[i] && !(Number.isNaN(a[i]) && Number.isNaN(b[i]))) return false;
  return true;
}

function allocateLike(data: HostData, size: number): HostData {
  return new (data.constructor as new (size: number) => HostData)(size);
}
