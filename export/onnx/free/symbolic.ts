// Builds numbers that follow the free dimensions: nodes that compute them from the inputs' shapes at run time.
import type { GraphBuilder } from "../graph/builder.ts";
import type { ElementType, Shape, Value } from "../graph/value.ts";
import type { Expression } from "./expression.ts";

/** Where a free dimension can be read off: an axis of an input. */
export interface DimensionSource {
  readonly input: Value;
  readonly axis: number;
}

export class SymbolicNumbers {
  private readonly g: GraphBuilder;
  private readonly sources: ReadonlyMap<string, DimensionSource>;

  constructor(g: GraphBuilder, sources: ReadonlyMap<string, DimensionSource>) {
    this.g = g;
    this.sources = sources;
  }

  /** A tensor of shape and element type whose elements are the expressions. */
  tensor(expressions: readonly Expression[], shape: Shape, dtype: ElementType): Value {
    const { g } = this;
    const joined = g.concat(
      expressions.map((expression) => this.element(expression)),
      0,
    );
    return g.cast(shape.length === 1 ? joined : g.reshape(joined, shape), dtype);
  }

  /** One expression as an int64 vector of one element. */
  private element({ factor, dimensions, offset }: Expression): Value {
    const { g } = this;
    if (dimensions.length === 0) return g.ints([offset]);
    let product = this.dimension(dimensions[0] as string);
    for (const name of dimensions.slice(1)) product = g.mul(product, this.dimension(name));
    if (factor !== 1) product = g.mul(product, g.ints([factor]));
    return offset === 0 ? product : g.add(product, g.ints([offset]));
  }

  private dimension(name: string): Value {
    const source = this.sources.get(name);
    if (!source) throw new Error(`the free dimension "${name}" is not an axis of any input`);
    const { g } = this;
    const shape = g.op("Shape", [source.input]);
    return g.op("Gather", [shape, g.ints([source.axis])], { axis: 0 });
  }
}
