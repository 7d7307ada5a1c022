// Makes one program with free dimensions out of traces with different sizes.
//
// tfjs programs see numbers, never symbols: a Flatten asks for the shape [1009, 784]. Traced at several sizes, the same
// program gives the same nodes, and the numbers in it that follow a dimension show by following it. They become "-1",
// "to the end", or nodes that compute them from the inputs' shapes.
import { FreeDimensionError, OnnxError, within } from "../errors.ts";
import { GraphBuilder, TO_END } from "../graph/builder.ts";
import { nodesInOrder } from "../graph/program.ts";
import { type HostData, type Node, sameShape, type Value } from "../graph/value.ts";
import type { Trace, TracedOutput } from "../trace.ts";
import { type Expression, fit, type Sizes } from "./expression.ts";
import { type DimensionSource, SymbolicNumbers } from "./symbolic.ts";
import { progressionOf, repeatedPart, sameData, type Table } from "./tables.ts";

/** Longest tensor of numbers that may follow a dimension: shapes, paddings, counts. */
const LONGEST = 64;

/** One trace with its outputs as values of a program whose free dimensions are free; shapes stay those of the first. */
export function unify(
  traces: readonly Trace[],
  sizes: readonly Sizes[],
  sources: ReadonlyMap<string, DimensionSource>,
): readonly Value[] {
  return new Unifier(traces, sizes, sources).outputs();
}

class Unifier {
  private readonly g = new GraphBuilder();
  private readonly sizes: readonly Sizes[];
  private readonly traces: readonly Trace[];
  private readonly symbols: SymbolicNumbers;
  private readonly isFree: boolean;
  /** Position of each node of each trace in its order. */
  private readonly position: readonly Map<Node, number>[];
  private readonly unified = new Map<Value, Value>();
  private readonly inputNames: readonly Map<Value, string>[];

  constructor(
    traces: readonly Trace[],
    sizes: readonly Sizes[],
    sources: ReadonlyMap<string, DimensionSource>,
  ) {
    this.traces = traces;
    this.sizes = sizes;
    this.isFree = Object.keys(sizes[0] ?? {}).length > 0;
    this.symbols = new SymbolicNumbers(this.g, sources);
    const orders = traces.map(({ outputs }) => nodesInOrder(outputs.map(({ value }) => value)));
    this.position = orders.map((order) => new Map(order.map((node, i) => [node, i])));
    this.inputNames = traces.map(({ inputs }) => new Map([...inputs].map(([name, value]) => [value, name])));
    const [first = [], ...others] = orders;
    first.forEach((node, i) => {
      this.add(node, [node, ...others.map((order) => order[i] ?? this.refuseStructure(node))]);
    });
  }

  outputs(): Value[] {
    const [first] = this.traces as [Trace];
    if (this.traces.some(({ outputs }) => outputs.length !== first.outputs.length)) this.refuseStructure();
    return first.outputs.map((_, i) =>
      this.operand(this.traces.map(({ outputs }) => (outputs[i] as TracedOutput).value)),
    );
  }

  private add(node: Node, all: readonly Node[]): void {
    for (const other of all) {
      if (other.op !== node.op || other.inputs.length !== node.inputs.length) this.refuseStructure(node);
      if (JSON.stringify(other.attributes) !== JSON.stringify(node.attributes)) {
        this.refuse(node, "has a setting (an ONNX attribute) that depends on");
      }
    }
    const inputs = node.inputs.map((value, i) => {
      if (!value) return null;
      return this.operand(
        all.map((other) => other.inputs[i] as Value),
        { node, index: i },
      );
    });
    this.g.scope = node.scope;
    const same = inputs.every((value, i) => value === node.inputs[i]);
    const outputs = same
      ? node.outputs
      : this.g.ops(node.op, inputs, node.attributes, node.outputs.length, node.outputs);
    node.outputs.forEach((output, i) => {
      this.unified.set(output, outputs[i] as Value);
    });
  }

  /** One value for the same value of every trace. */
  private operand(values: readonly Value[], reader?: { node: Node; index: number }): Value {
    const [first] = values as [Value];
    if (first.source.kind === "node") {
      values.forEach((value, t) => {
        if (this.place(value, t) !== this.place(first, 0)) this.refuseStructure(reader?.node);
      });
      return this.unified.get(first) as Value;
    }
    if (first.source.kind === "input") {
      const name = this.inputNames[0]?.get(first);
      if (values.some((value, t) => this.inputNames[t]?.get(value) !== name))
        this.refuseStructure(reader?.node);
      return first;
    }
    return this.known(values, reader);
  }

  private place(value: Value, t: number): string {
    if (value.source.kind !== "node") return "";
    return `${this.position[t]?.get(value.source.node)}:${value.source.index}`;
  }

  /** Constants and captured tensors: the same in every trace, or following the dimensions. */
  private known(values: readonly Value[], reader?: { node: Node; index: number }): Value {
    const [first] = values as [Value];
    if (values.every((value) => value === first)) return first;
    const data = values.map((value) => this.dataOf(value, reader?.node));
    if (values.every((value) => sameShape(value.shape, first.shape))) {
      if (data.every((d) => sameData(d, data[0] as HostData))) return first;
      return this.numbers(first, data, reader);
    }
    if (values.some((value) => value.shape.length !== first.shape.length)) this.refuseStructure(reader?.node);
    return this.table(
      first,
      values.map(({ shape }, t) => ({ shape, data: data[t] as HostData })),
      reader?.node,
    );
  }

  private dataOf(value: Value, node: Node | undefined): HostData {
    if (value.source.kind === "constant" || value.source.kind === "buffer") return value.source.data;
    return this.refuseStructure(node);
  }

  /** Numbers that follow the dimensions. */
  private numbers(first: Value, data: readonly HostData[], reader?: { node: Node; index: number }): Value {
    const length = data[0]?.length ?? 0;
    if (length > LONGEST) return this.refuse(reader?.node, "uses a table of numbers that depends on");
    const columns = Array.from({ length }, (_, i) => data.map((d) => Number(d[i])));
    const expressions = columns.map((column) => this.fitOrRefuse(column, reader?.node));
    const simple = reader && this.withoutNodes(expressions, columns, reader);
    if (simple) return this.g.constant(simple, first.shape, first.dtype);
    return this.symbols.tensor(expressions, first.shape, first.dtype);
  }

  private fitOrRefuse(values: readonly number[], node: Node | undefined): Expression {
    return fit(values, this.sizes) ?? this.refuse(node, "uses a number that follows no simple rule of");
  }

  /** Reshape's -1, Slice's "to the end", Expand's "as it is": free dimensions that need no computing. */
  private withoutNodes(
    expressions: readonly Expression[],
    columns: readonly (readonly number[])[],
    { node, index }: { node: Node; index: number },
  ): BigInt64Array | undefined {
    const free = expressions.flatMap(({ dimensions }, i) => (dimensions.length > 0 ? [i] : []));
    const base = (i: number) => (columns[i] as number[])[0] as number;
    const write = (replacement: number) =>
      BigInt64Array.from(expressions.map((_, i) => BigInt(free.includes(i) ? replacement : base(i))));
    const { shape } = node.inputs[0] as Value;
    if (node.op === "Reshape" && index === 1 && free.length === 1) return write(-1);
    if (node.op === "Expand" && index === 1) {
      const lead = expressions.length - shape.length;
      return free.every((i) => shape[i - lead] === base(i)) ? write(1) : undefined;
    }
    if (node.op === "Slice" && index === 2) {
      const axes =
        node.inputs[3]?.source.kind === "constant" ? Array.from(node.inputs[3].source.data, Number) : [];
      return free.every((i) => shape[axes[i] as number] === base(i)) ? write(TO_END) : undefined;
    }
    return undefined;
  }

  /** A tensor whose shape follows the dimensions: a part repeated (initial states, masks, boxes), or a count. */
  private table(first: Value, tables: readonly Table[], node?: Node): Value {
    const { g } = this;
    const expressions = first.shape.map((_, axis) =>
      this.fitOrRefuse(
        tables.map(({ shape }) => shape[axis] as number),
        node,
      ),
    );
    const part = repeatedPart(tables);
    if (part) {
      const shape = this.symbols.tensor(expressions, [first.shape.length], "int64");
      return g.ops("Expand", [g.constant(part.data, part.shape, first.dtype), shape], {}, 1, [
        first,
      ])[0] as Value;
    }
    const progression = progressionOf(tables);
    if (!progression) return this.refuse(node, "uses a tensor of fixed content whose shape depends on");
    const count = this.symbols.tensor(expressions, [], "int64");
    const spec = { dtype: "int64", shape: first.shape } as const;
    const range = g.ops("Range", [g.scalar(0, "int64"), count, g.scalar(1, "int64")], {}, 1, [spec]);
    const steps = g.mul(g.cast(range[0] as Value, first.dtype), g.scalar(progression.step, first.dtype));
    return g.add(steps, g.scalar(progression.start, first.dtype));
  }

  private names(): string {
    const names = Object.keys(this.sizes[0] ?? {});
    return names.map((name) => `"${name}"`).join(" or ");
  }

  private refuse(node: Node | undefined, what: string): never {
    if (!this.isFree) this.refuseChange(node);
    throw new FreeDimensionError(
      `${describe(node)} ${what} ${this.names()}; give that dimension a fixed size in the input's shape, ` +
        "or write the step with operations that keep it",
    );
  }

  private refuseStructure(node?: Node): never {
    if (!this.isFree) this.refuseChange(node);
    const where = node ? `; the first difference is at ${node.op}${within(node.scope)}` : "";
    throw new FreeDimensionError(
      `the program takes other steps when ${this.names()} changes${where}; ` +
        "give that dimension a fixed size in the input's shape",
    );
  }

  /** Nothing is free and still two calls differ. */
  private refuseChange(node?: Node): never {
    throw new OnnxError(
      `${describe(node)} is not the same in two calls of the program: random numbers, or a state that it keeps; ` +
        "an ONNX model gives the same for the same inputs, so give such values as inputs",
    );
  }
}

function describe(node: Node | undefined): string {
  return node ? `${node.op}${within(node.scope)}` : "an output";
}
