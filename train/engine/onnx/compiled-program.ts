// A recorded program compiled into one ONNX Runtime session.
import { Tensor } from "onnxruntime-node";
import type { NamedValue, Program } from "../../../export/onnx/graph/program.ts";
import {
  allocate,
  type HostData,
  sizeOf,
  type Value,
  type ValueSpec,
} from "../../../export/onnx/graph/value.ts";
import { optimize } from "../../../export/onnx/passes/index.ts";
import { writeOnnx } from "../../../export/onnx/write.ts";
import { briefSpin } from "../../../runtime/node/binding.ts";
import { mayOverwrite } from "./aliasing.ts";
import { NativeSession } from "./native-session.ts";

export interface SessionSettings {
  /** ONNX Runtime execution provider; "cpu" unless told. */
  readonly provider: string;
  /** Threads within an operator; ONNX Runtime's choice (one per core) unless told. */
  readonly threads?: number;
}

/** Feeds in the order of the program's inputs, results in the order of its outputs. */
export class CompiledProgram {
  private readonly session: NativeSession;
  private readonly program: Program;
  private readonly inputs: readonly (ValueSpec & { name: string })[];
  private readonly outputs: readonly (ValueSpec & { name: string })[];

  constructor(inputs: readonly Value[], outputs: readonly Value[], settings: SessionSettings) {
    const program: Program = { inputs: named("i", inputs), outputs: named("o", outputs) };
    this.inputs = program.inputs.map(spec);
    this.outputs = program.outputs.map(spec);
    this.program = optimize(program);
    const model = writeOnnx(this.program);
    this.session = new NativeSession(model, {
      executionProviders: [settings.provider],
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      ...briefSpin,
      ...(settings.threads ? { intraOpNumThreads: settings.threads } : {}),
    });
  }

  /** Runs once. `into[i]`, where given, receives output i; other outputs are allocated. */
  run(feeds: readonly HostData[], into: readonly (HostData | undefined)[] = []): HostData[] {
    const feedTensors: Record<string, Tensor> = {};
    this.inputs.forEach((input, i) => {
      feedTensors[input.name] = tensor(input, feeds[i] as HostData);
    });
    const fetches: Record<string, Tensor> = {};
    const results = this.outputs.map((output, i) => {
      const data = into[i] ?? allocate(output.dtype, sizeOf(output.shape));
      fetches[output.name] = tensor(output, data);
      return data;
    });
    this.session.run(feedTensors, fetches);
    return results;
  }

  /** Whether output `output` may be written into the data fed as input `input`. */
  mayOverwrite(input: number, output: number): boolean {
    const from = this.program.inputs[input]?.value;
    const to = this.program.outputs[output]?.value;
    return from !== undefined && to !== undefined && mayOverwrite(this.program, from, to);
  }

  dispose(): void {
    this.session.dispose();
  }
}

function named(prefix: string, values: readonly Value[]): NamedValue[] {
  return values.map((value, i) => ({ name: `${prefix}${i}`, value }));
}

function spec({ name, value }: NamedValue) {
  return { name, dtype: value.dtype, shape: value.shape };
}

function tensor({ dtype, shape }: ValueSpec, data: HostData): Tensor {
  return new Tensor(dtype as "float32", data as Float32Array, shape);
}
