// Arithmetic of shapes that several operators share.
import type { Shape } from "../value.ts";

/** The shape that shapes broadcast to (ONNX multidirectional broadcasting, as in numpy). */
export function broadcast(op: string, ...shapes: Shape[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const at = rank - shape.length + i;
      const dim = shape[i] ?? 1;
      if (dim === 1) continue;
      if (result[at] !== 1 && result[at] !== dim) {
        throw new Error(`${op}: shapes ${shapes.map(show).join(" and ")} do not broadcast`);
      }
      result[at] = dim;
    }
  }
  return result;
}

export function show(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** An axis counted from the end made one counted from the start. */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Dimension `axis` of a shape; throws where there is none. */
export function dim(shape: Shape, axis: number): number {
  const value = shape[positiveAxis(axis, shape.length)];
  if (value === undefined) throw new Error(`shape ${show(shape)} has no axis ${axis}`);
  return value;
}
