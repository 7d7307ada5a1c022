// Compiles a training step: recorded once, then one session run per call, without JavaScript per kernel.
import * as tf from "@tensorflow/tfjs";
import { type OnnxBackend, onnxBackend } from "../../../export/onnx/backend.ts";
import type { HostData, Value } from "../../../export/onnx/graph/value.ts";
import type { CompiledStep, CompileOptions, Step, StepMode } from "../step.ts";
import { type Capture, captureCall, type Feed } from "./capture.ts";
import type { CompiledProgram } from "./compiled-program.ts";
import { bufferData, type OnnxEngine } from "./engine.ts";
import { currentEngine } from "./use.ts";

/** Calls that are compared before a step is recorded anew for good at every call. */
const ATTEMPTS = 4;

export type { CompiledStep, CompileOptions, Step, StepMode } from "../step.ts";

/**
 * Turns a step (forward pass, gradients, optimizer) into one compiled program per set of input shapes.
 *
 *     const step = compile((x: tf.Tensor2D) => optimizer.minimize(() => loss(x), true));
 *     for (const batch of batches) { const [loss] = step(batch); }
 *
 * The first call runs as it is, so that optimizers can make their slots; the next two are recorded and compared. When
 * they agree the step's JavaScript is not called again: only its inputs and the variables it reads vary from then on.
 * Numbers that the JavaScript computes (a learning rate, say) are those of the recording; pass what is to vary as an
 * input tensor, or keep it in a variable. A step that draws random numbers in JavaScript (tf.layers.dropout), keeps
 * tensors or makes variables in each call is recorded at every call instead: slower, and right; `mode()` tells.
 *
 * @throws Error when no onnx engine is in use (see useOnnxEngine)
 */
export function compile<I extends tf.Tensor[]>(
  step: Step<I>,
  { warmUp = true }: CompileOptions = {},
): CompiledStep<I> {
  const variants = new Map<string, Variant>();
  let warm = !warmUp;
  let last = "";
  const call = (...inputs: I): tf.Tensor[] => {
    checkInputs(inputs);
    const engine = currentEngine();
    const backend = onnxBackend();
    const general = step as Step<tf.Tensor[]>;
    if (!warm) {
      warm = true;
      const results = [tf.tidy(() => general(...inputs) ?? [])].flat();
      engine.flushNow(backend);
      return results;
    }
    last = inputKey(inputs);
    const variant = variants.get(last) ?? new Variant(general, backend, engine);
    variants.set(last, variant);
    return variant.run(inputs);
  };
  return Object.assign(call, {
    mode: (...shapes: number[][]): StepMode =>
      variants.get(shapes.length > 0 ? shapeKey(shapes) : last)?.mode ?? { mode: "warming up" },
    dispose: () => {
      for (const variant of variants.values()) variant.dispose();
      variants.clear();
    },
  });
}

/** float32 goes without saying, so that shapes alone find its variants. */
function inputKey(inputs: readonly tf.Tensor[]): string {
  return inputs.map(({ dtype, shape }) => (dtype === "float32" ? "" : dtype) + shape.join()).join(";");
}

function checkInputs(inputs: readonly unknown[]): void {
  inputs.forEach((input, i) => {
    if (!(input instanceof tf.Tensor)) {
      throw new TypeError(`input ${i} of a compiled step is ${typeof input}; expected a tensor`);
    }
    if (input.isDisposed) {
      throw new TypeError(
        `input ${i} of a compiled step, a ${input.dtype} tensor of [${input.shape}], is disposed`,
      );
    }
  });
}

function shapeKey(shapes: readonly (readonly number[])[]): string {
  return shapes.map((shape) => shape.join()).join(";");
}

interface Plan {
  readonly capture: Capture;
  readonly program: CompiledProgram;
  readonly feeds: readonly Feed[];
  /** For each assigned variable, whether its new value may be written over its old one. */
  readonly inPlace: readonly boolean[];
  /** Buffers that the next run may write the other variables' new values into. */
  readonly spare: (HostData | undefined)[];
}

/** A step for inputs of given shapes. */
class Variant {
  mode: StepMode = { mode: "warming up" };
  private plan: Plan | undefined;
  private attempts = 0;
  private readonly step: Step<tf.Tensor[]>;
  private readonly backend: OnnxBackend;
  private readonly engine: OnnxEngine;

  constructor(step: Step<tf.Tensor[]>, backend: OnnxBackend, engine: OnnxEngine) {
    this.step = step;
    this.backend = backend;
    this.engine = engine;
  }

  run(inputs: readonly tf.Tensor[]): tf.Tensor[] {
    this.engine.flushNow(this.backend);
    if (this.mode.mode === "compiled" && this.plan) return this.replay(this.plan, inputs);
    const capture = this.engine.capture(() => captureCall(this.backend, this.step, inputs));
    try {
      if (this.mode.mode === "warming up") this.learn(capture);
      if (this.plan) this.execute(this.plan, capture);
    } finally {
      // All that has no plan, and what a failed plan has left.
      this.engine.flushNow(this.backend);
    }
    return [...capture.results];
  }

  dispose(): void {
    this.plan?.program.dispose();
    this.plan = undefined;
    this.mode = { mode: "warming up" };
  }

  /** Compares a recorded call with the one before. */
  private learn(capture: Capture): void {
    if (this.plan && this.plan.capture.signature === capture.signature && !capture.obstacle) {
      this.mode = { mode: "compiled" };
      return;
    }
    const differs = this.plan !== undefined;
    this.plan?.program.dispose();
    this.plan = undefined;
    this.attempts++;
    const obstacle =
      capture.obstacle ?? (differs ? "it computes other numbers in JavaScript at every call" : undefined);
    if (this.attempts >= ATTEMPTS) {
      this.mode = { mode: "recorded", reason: obstacle ?? "its calls differ" };
    } else if (!capture.obstacle && capture.outputs.length > 0) {
      const program = this.engine.compile(capture.inputs, capture.outputs);
      this.plan = { capture, program, feeds: capture.feeds, inPlace: inPlace(capture, program), spare: [] };
    }
  }

  /** Computes a recorded call with the plan's program. */
  private execute(plan: Plan, capture: Capture): void {
    const results = this.engine.run(plan.program, capture.inputs.map(bufferData));
    const resultOf = new Map<Value, HostData>();
    capture.outputs.forEach((value, i) => {
      resultOf.set(value, results[i] as HostData);
    });
    for (const record of [...this.backend.pending]) {
      const data = resultOf.get(record.value);
      if (data) this.backend.resolve(record, data);
    }
  }

  /** Runs the plan on the variables as they are now, and gives them their new values. */
  private replay(plan: Plan, inputs: readonly tf.Tensor[]): tf.Tensor[] {
    const { backend } = this;
    const { assigned, results, outputs } = plan.capture;
    const feeds = plan.feeds.map((feed) => bufferData(this.valueOf(feed, inputs)));
    const given = new Set(inputs.map((input) => bufferData(this.backend.recordOf(input.dataId).value)));
    const targets = assigned.map((variable, i) => {
      const { value, refCount } = backend.recordOf(variable.dataId);
      // Only what no input, no other tensor and no recorded program can still read is overwritten.
      const free =
        plan.inPlace[i] && refCount === 1 && backend.recyclable.has(value) && !given.has(bufferData(value));
      return free ? bufferData(value) : plan.spare[i];
    });
    const data = this.engine.run(plan.program, feeds, [...results.map(() => undefined), ...targets]);
    assigned.forEach((variable, i) => {
      const old = this.assign(variable, data[results.length + i] as HostData);
      plan.spare[i] = plan.inPlace[i] ? undefined : old;
    });
    return results.map((result, i) => {
      const { dtype, shape } = outputs[i] as Value;
      const value: Value = { dtype, shape, source: { kind: "buffer", data: data[i] as HostData } };
      const info = backend.keep(result.dtype === "complex64" ? { complex: value } : value);
      return tf.engine().makeTensorFromTensorInfo(info);
    });
  }

  private valueOf(feed: Feed, inputs: readonly tf.Tensor[]): Value {
    if (feed.kind === "captured") return feed.value;
    const tensor = feed.kind === "input" ? (inputs[feed.index] as tf.Tensor) : feed.variable;
    return this.backend.recordOf(tensor.dataId).value;
  }

  /** Puts new data under a variable; returns its old data where nobody else can still read it. */
  private assign(variable: tf.Variable, data: HostData): HostData | undefined {
    const { backend } = this;
    const record = backend.recordOf(variable.dataId);
    const old = record.value;
    const value: Value = { dtype: old.dtype, shape: old.shape, source: { kind: "buffer", data } };
    if (record.refCount > 1) {
      // Another tensor shares the variable's data: that one keeps the old.
      const tensor = tf.engine().makeTensorFromTensorInfo(backend.keep(value));
      variable.assign(tensor);
      tensor.dispose();
      return undefined;
    }
    const free = backend.recyclable.delete(old);
    record.value = value;
    backend.recyclable.add(value);
    return free ? bufferData(old) : undefined;
  }
}

function inPlace({ feeds, assigned, results }: Capture, program: CompiledProgram): boolean[] {
  return assigned.map((variable, i) => {
    const input = feeds.findIndex((feed) => feed.kind === "variable" && feed.variable === variable);
    return input >= 0 && program.mayOverwrite(input, results.length + i);
  });
}
