// Finds how a number of a program depends on its free dimensions, from its values in several traces.

/** The sizes that the free dimensions had in one trace. */
export type Sizes = Readonly<Record<string, number>>;

/** factor · (product of dimensions) + offset; without dimensions, just the offset. */
export interface Expression {
  readonly factor: number;
  readonly dimensions: readonly string[];
  readonly offset: number;
}

/** A free dimension; `isLeading` where it is the first axis of inputs only: a batch. */
export interface FreeDimension {
  readonly name: string;
  readonly isLeading: boolean;
}

/**
 * The sizes to trace with: enough traces to find every expression, and more to refute wrong ones. An inner dimension
 * (a height, a length) takes seven neighbouring sizes: what windows and strides do depends on remainders, and a
 * padding that is right for odd sizes only must show. Without free dimensions there are two traces, which differ where
 * the program draws random numbers.
 */
export function traceSizes(dimensions: readonly FreeDimension[]): Sizes[] {
  if (dimensions.length === 0) return [{}, {}];
  // Apart from one another and from small numbers, so that a size is hardly found in a program by chance.
  const start = ({ isLeading }: FreeDimension, i: number) => (isLeading ? 1009 + 100 * i : 211 + 40 * i);
  const base = Object.fromEntries(dimensions.map((dimension, i) => [dimension.name, start(dimension, i)]));
  const single = dimensions.flatMap(({ name, isLeading }) =>
    (isLeading ? [4] : [1, 2, 3, 4, 5, 6]).map((more) => ({
      ...base,
      [name]: (base[name] as number) + more,
    })),
  );
  const all = Object.fromEntries(dimensions.map(({ name }) => [name, (base[name] as number) + 13]));
  return [base, ...single, all];
}

/** The expression that gives `values` under `sizes`, with a whole factor and offset; nothing where there is none. */
export function fit(values: readonly number[], sizes: readonly Sizes[]): Expression | undefined {
  const [first] = values as [number];
  if (values.every((value) => value === first)) return { factor: 0, dimensions: [], offset: first };
  const names = Object.keys(sizes[0] ?? {});
  for (const dimensions of subsets(names)) {
    const products = sizes.map((size) =>
      dimensions.reduce((product, name) => product * (size[name] as number), 1),
    );
    const other = products.findIndex((product) => product !== products[0]);
    if (other < 0) continue;
    const factor =
      ((values[other] as number) - first) / ((products[other] as number) - (products[0] as number));
    const offset = first - factor * (products[0] as number);
    if (!Number.isInteger(factor) || !Number.isInteger(offset)) continue;
    if (values.every((value, i) => value === factor * (products[i] as number) + offset)) {
      return { factor, dimensions, offset };
    }
  }
  return undefined;
}

/** Non-empty subsets, small ones first. */
function subsets(names: readonly string[]): string[][] {
  const all: string[][] = [];
  for (let mask = 1; mask < 2 ** names.length; mask++) all.push(names.filter((_, i) => mask & (1 << i)));
  return all.sort((a, b) => a.length - b.length);
}

/** A dimension as ONNX shows it: a number, the free dimension's name, or a text such as "4*batch+1". */
export function showExpression({ factor, dimensions, offset }: Expression): number | string {
  if (dimensions.length === 0) return offset;
  const product = dimensions.join("*");
  const scaled = factor === 1 ? product : `${factor}*${product}`;
  return offset === 0 ? scaled : `${scaled}${offset > 0 ? "+" : ""}${offset}`;
}
