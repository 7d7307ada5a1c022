// The tfjs backend named `onnx`: it does not compute when a kernel is called, it records the call.
import * as tf from "@tensorflow/tfjs";
import { OnnxError, PendingValueError, UnsupportedKernelError, ValueReadError } from "./errors.ts";
import { GraphBuilder } from "./graph/builder.ts";
import { type ElementType, type HostData, type Shape, sizeOf, type Value } from "./graph/value.ts";
import type { LoweredValue } from "./kernels/call.ts";
import { lowerings } from "./kernels/index.ts";
import { folded } from "./passes/index.ts";

/** What the backend knows of one tfjs data id. */
export interface TensorRecord {
  /** The recorded program's value; replaced by a `buffer` value once computed. */
  value: Value;
  readonly dtype: tf.DataType;
  refCount: number;
  /** Why the value can't be computed, once that was tried. */
  failure?: unknown;
  /** Strings can be stored and read back, not computed with. */
  readonly strings?: Uint8Array[];
}

/** Computes recorded values. Without one the backend can record (export) but not run. */
export interface Executor {
  /** Gives every pending record a computed value. */
  flush(backend: OnnxBackend): Promise<void>;
  /** Told when the engine binds a data id to one more tensor (as when a variable is assigned). */
  assigned(backend: OnnxBackend, record: TensorRecord): void;
  /** Told when a reference to a data id is dropped. */
  disposed(backend: OnnxBackend, record: TensorRecord): void;
  /** Told when a kernel is recorded or data comes in. */
  recorded(): void;
}

const physicalTypes: Readonly<Record<string, ElementType>> = {
  float32: "float32",
  int32: "int32",
  bool: "bool",
  complex64: "float32",
};

/** A tfjs backend that records kernels as ONNX nodes. Values are computed by its executor, on demand. */
export class OnnxBackend extends tf.KernelBackend {
  readonly builder = new GraphBuilder();
  executor: Executor | undefined;
  /** Records whose value is not computed yet, in recording order. */
  readonly pending = new Set<TensorRecord>();
  /** Buffers that no recorded program has read: whoever made them may overwrite them. */
  readonly recyclable = new WeakSet<Value>();
  /** Whether reading a value that depends on known data alone computes it here (graph models read shapes so). */
  private foldsReads = false;
  private readonly storage = new tf.DataStorage<TensorRecord>(this, tf.engine());

  /** Runs `body` for what it records alone: nothing is computed meanwhile. */
  recording<T>(body: () => T): T {
    const executor = this.executor;
    this.executor = undefined;
    this.foldsReads = true;
    try {
      return body();
    } finally {
      this.executor = executor;
      this.foldsReads = false;
      this.builder.scope = "";
    }
  }

  /** Records one kernel call and returns its result tensors, not yet computed. */
  record(kernel: string, inputs: tf.NamedTensorInfoMap, attrs: unknown): tf.TensorInfo | tf.TensorInfo[] {
    if (kernel === "Identity") return this.share(inputs.x as tf.TensorInfo);
    const lowering = lowerings.get(kernel);
    if (!lowering) throw new UnsupportedKernelError(kernel, this.builder.scope);
    this.executor?.recorded();
    const values: Record<string, Value | undefined> = {};
    const complex = new Set<string>();
    for (const [name, info] of Object.entries(inputs)) {
      if (!info) continue;
      const record = this.recordOf(info.dataId);
      if (record.strings)
        throw new UnsupportedKernelError(kernel, this.builder.scope, "its tensors are strings");
      if (record.dtype === "complex64") complex.add(name);
      this.recyclable.delete(record.value);
      // Tensors moved here from a backend whose reshapes share data come with the shape of the first of them.
      values[name] = this.builder.reshape(record.value, physicalShape(info.shape, record.dtype));
    }
    const lowered = lowering({ kernel, inputs: values, attrs, complex, g: this.builder });
    return isList(lowered) ? lowered.map((one) => this.keep(one)) : this.keep(lowered);
  }

  /** One more tensor over the same data: what tfjs's clone() is on its own backends, strings included. */
  private share({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.executor?.recorded();
    this.recordOf(dataId).refCount++;
    return { dataId, shape, dtype };
  }

  /** A new data id that stands for a value, with one reference. */
  keep(lowered: LoweredValue): tf.TensorInfo {
    const isComplex = "complex" in lowered;
    const value = isComplex ? lowered.complex : lowered;
    const shape = isComplex ? value.shape.slice(0, -1) : [...value.shape];
    const dtype = isComplex ? "complex64" : tensorType(value.dtype);
    const dataId = {};
    this.add(dataId, { value, dtype, refCount: 1 });
    return { dataId, shape, dtype };
  }

  /** The record of a data id; tensors of other backends are moved here. */
  recordOf(dataId: tf.DataId): TensorRecord {
    return this.storage.get(dataId);
  }

  /** Whether a data id lives here (asking does not move it). */
  holds(dataId: tf.DataId): boolean {
    return this.storage.has(dataId);
  }

  /** Gives a record its computed data. */
  resolve(record: TensorRecord, data: HostData): void {
    record.value = { dtype: record.value.dtype, shape: record.value.shape, source: { kind: "buffer", data } };
    this.pending.delete(record);
  }

  /** Gives up on a record: reading it throws `failure`, and it is not tried again. */
  fail(record: TensorRecord, failure: unknown): void {
    record.failure = failure;
    this.pending.delete(record);
  }

  private add(dataId: tf.DataId, record: TensorRecord): void {
    this.storage.set(dataId, record);
    if (record.value.source.kind !== "buffer") this.pending.add(record);
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: tf.DataId,
    values: tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    this.executor?.recorded();
    this.add(dataId, hostRecord(values, shape, dtype, refCount));
  }

  override async read(dataId: tf.DataId): Promise<tf.BackendValues> {
    const record = this.recordOf(dataId);
    if (record.value.source.kind !== "buffer") {
      if (!this.executor) {
        throw new OnnxError(
          "the onnx backend has recorded this tensor but no engine is there to compute it: " +
            "call useOnnxEngine() of latentkit/train first",
        );
      }
      if (record.failure === undefined) await this.executor.flush(this);
      if (record.failure !== undefined) throw record.failure;
    }
    return this.readSync(dataId);
  }

  override readSync(dataId: tf.DataId): tf.BackendValues {
    const record = this.recordOf(dataId);
    if (record.strings) return record.strings;
    const { source, shape } = this.foldsReads ? folded(record.value) : record.value;
    // A constant needs no run: its data is known. All results are copies, so that no caller can change a tensor.
    if (source.kind === "buffer" || source.kind === "constant")
      return source.data.slice() as tf.BackendValues;
    if (this.foldsReads) throw new ValueReadError(shape, record.dtype, this.builder.scope);
    throw new PendingValueError(shape, record.dtype);
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    if (!this.storage.has(dataId)) return true;
    const record = this.storage.get(dataId);
    record.refCount--;
    this.executor?.disposed(this, record);
    if (!force && record.refCount > 0) return false;
    this.pending.delete(record);
    this.storage.delete(dataId);
    return true;
  }

  override incRef(dataId: tf.DataId): void {
    const record = this.recordOf(dataId);
    record.refCount++;
    this.executor?.assigned(this, record);
  }

  override refCount(dataId: tf.DataId): number {
    return this.storage.has(dataId) ? this.storage.get(dataId).refCount : 0;
  }

  override numDataIds(): number {
    return this.storage.numDataIds();
  }

  override timerAvailable(): boolean {
    return false;
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override memory() {
    return { unreliable: true, reasons: ["values that are not computed yet have no memory of their own"] };
  }

  override dispose(): void {
    this.pending.clear();
  }
}

/** complex64 values have a last axis of (real, imaginary). */
function physicalShape(shape: Shape, dtype: tf.DataType): Shape {
  return dtype === "complex64" ? [...shape, 2] : shape;
}

function isList(lowered: LoweredValue | readonly LoweredValue[]): lowered is readonly LoweredValue[] {
  return Array.isArray(lowered);
}

function tensorType(dtype: ElementType): tf.DataType {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype;
  throw new Error(`a lowering gave a ${dtype} value, which tfjs has no tensors of`);
}

function hostRecord(
  values: tf.BackendValues,
  shape: Shape,
  dtype: tf.DataType,
  refCount: number,
): TensorRecord {
  const physical = physicalTypes[dtype];
  if (!physical) {
    const value: Value = { dtype: "uint8", shape, source: { kind: "buffer", data: new Uint8Array(0) } };
    return { value, dtype, refCount, strings: values as Uint8Array[] };
  }
  const fullShape = [...physicalShape(shape, dtype)];
  const data = hostData(values, physical, sizeOf(fullShape));
  return { value: { dtype: physical, shape: fullShape, source: { kind: "buffer", data } }, dtype, refCount };
}

/** A copy: the recorded program runs later, when the caller may have reused its array. */
function hostData(values: tf.BackendValues, dtype: ElementType, size: number): HostData {
  const numbers = (values ?? []) as ArrayLike<number>;
  if (numbers.length !== size)
    throw new Error(`a tensor of ${size} elements was given ${numbers.length} values`);
  if (dtype === "float32") return Float32Array.from(numbers);
  return dtype === "int32" ? Int32Array.from(numbers) : Uint8Array.from(numbers, (n) => (n ? 1 : 0));
}

let backend: OnnxBackend | undefined;

/** Registers the `onnx` backend and its kernels with tfjs, once, and returns it. Does not make it the current one. */
export function onnxBackend(): OnnxBackend {
  if (backend) return backend;
  const created = new OnnxBackend();
  backend = created;
  tf.registerBackend("onnx", () => created, 0);
  for (const kernelName of kernelNames()) {
    tf.registerKernel({
      kernelName,
      backendName: "onnx",
      kernelFunc: ({ inputs, attrs }) => created.record(kernelName, inputs, attrs),
    });
  }
  return created;
}

/** Every kernel name that tfjs exports, so that one without a lowering fails with our own explanation. */
function kernelNames(): Set<string> {
  const exported = Object.entries(tf).flatMap(([key, value]) =>
    typeof value === "string" && key !== "version" ? [value] : [],
  );
  return new Set([...lowerings.keys(), ...exported]);
}
