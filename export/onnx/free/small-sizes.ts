// Tries a program at the sizes that people use most, where programs that branch on a size show themselves.
import { FreeDimensionError } from "../errors.ts";
import { nodesInOrder } from "../graph/program.ts";
import type { Trace } from "../trace.ts";
import { type Expression, fit, type Sizes } from "./expression.ts";

/** Sizes of the leading dimensions (batches) to try. */
const SMALL = [1, 2, 3];

/**
 * Compares traces at small sizes with those at large ones: outputs must have the shapes that follow from them
 * (`squeeze` of a batch of 1 does not), and the program must take the same steps. At a size of 1, and at one small size by
 * chance, a reshape may fall away that is there else; so one of the other two has to agree.
 *
 * @throws FreeDimensionError naming the dimension and the size
 */
export function checkSmallSizes(
  traces: readonly Trace[],
  sizes: readonly Sizes[],
  leading: readonly string[],
  traceAt: (sizes: Sizes) => Trace,
): void {
  if (leading.length === 0) return;
  const steps = stepsOf(traces[0] as Trace);
  let agreeing = 0;
  let compared = 0;
  for (const small of SMALL) {
    const size = { ...sizes[0], ...Object.fromEntries(leading.map((name) => [name, small])) };
    const trace = attempt(() => traceAt(size));
    if (!trace) continue;
    checkShapes(traces, sizes, trace, size, `${names(leading)} is ${small}`);
    if (small === 1) continue;
    compared++;
    if (stepsOf(trace) === steps) agreeing++;
  }
  if (compared === 0 || agreeing > 0) return;
  throw new FreeDimensionError(
    `the program takes other steps when ${names(leading)} is small; give that dimension a fixed size in the input's shape`,
  );
}

/** A program may have reasons not to run at a size; then there is nothing to compare. */
function attempt(body: () => Trace): Trace | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}

function checkShapes(
  traces: readonly Trace[],
  sizes: readonly Sizes[],
  trace: Trace,
  size: Sizes,
  when: string,
): void {
  traces[0]?.outputs.forEach(({ name, value }, i) => {
    const shape = trace.outputs[i]?.value.shape ?? [];
    const expected = value.shape.map((_, axis) => {
      const lengths = traces.map((one) => one.outputs[i]?.value.shape[axis] as number);
      const expression = fit(lengths, sizes);
      return expression ? evaluate(expression, size) : shape[axis];
    });
    if (expected.join() === shape.join()) return;
    throw new FreeDimensionError(
      `output "${name}" has the shape [${shape.join(", ")}] when ${when}, where larger sizes give ` +
        `[${expected.join(", ")}]; write the step with operations that keep the rank, or fix that dimension's size`,
    );
  });
}

function evaluate({ factor, dimensions, offset }: Expression, sizes: Sizes): number {
  return factor * dimensions.reduce((product, name) => product * (sizes[name] as number), 1) + offset;
}

function stepsOf({ outputs }: Trace): string {
  return nodesInOrder(outputs.map(({ value }) => value))
    .map(({ op }) => op)
    .join();
}

function names(leading: readonly string[]): string {
  return leading.map((name) => `"${name}"`).join(" or ");
}
