// The engine: computes what the onnx backend has recorded, in ONNX Runtime.
import type { Executor, OnnxBackend, TensorRecord } from "../../../export/onnx/backend.ts";
import type { HostData, Value } from "../../../export/onnx/graph/value.ts";
import { CompiledProgram, type SessionSettings } from "./compiled-program.ts";
import { structureOf } from "./signature.ts";
import { StepBoundaries } from "./step-boundaries.ts";

/** Compiled programs kept at most; the least recently used goes first. */
const CACHED_PROGRAMS = 64;

export interface EngineStatistics {
  /** Programs compiled so far. */
  compiled: number;
  /** Session runs so far. */
  runs: number;
  /** Milliseconds inside session runs so far. */
  runMilliseconds: number;
}

/** Lazy execution with sessions cached by the recorded program's structure. */
export class OnnxEngine implements Executor {
  readonly statistics: EngineStatistics = { compiled: 0, runs: 0, runMilliseconds: 0 };
  readonly settings: SessionSettings;
  private readonly cache = new Map<string, CompiledProgram>();
  private readonly boundaries = new StepBoundaries();
  /** While a step is being captured nothing is computed. */
  private capturing = false;

  constructor(settings: SessionSettings) {
    this.settings = settings;
  }

  async flush(backend: OnnxBackend): Promise<void> {
    this.flushNow(backend);
  }

  /**
   * Computes every pending record in one session run. Blocks until done. What can't be computed keeps its error for
   * whoever reads it; the rest is computed all the same.
   */
  flushNow(backend: OnnxBackend): void {
    const outputs = this.pendingValues(backend);
    if (outputs.length === 0) return;
    try {
      this.compute(backend, outputs);
    } catch (error) {
      if (outputs.length > 1) this.computeEach(backend, outputs);
      else for (const record of [...backend.pending]) backend.fail(record, error);
    }
  }

  private computeEach(backend: OnnxBackend, outputs: readonly Value[]): void {
    for (const output of outputs) {
      try {
        this.compute(backend, [output]);
      } catch (error) {
        for (const record of [...backend.pending]) if (record.value === output) backend.fail(record, error);
      }
    }
  }

  private compute(backend: OnnxBackend, outputs: readonly Value[]): void {
    const { signature, leaves } = structureOf(outputs);
    const program = this.program(signature, leaves, outputs);
    const results = this.run(program, leaves.map(bufferData));
    const resultOf = new Map(outputs.map((value, i) => [value, results[i] as HostData]));
    for (const record of [...backend.pending]) {
      const data = resultOf.get(record.value);
      if (data) backend.resolve(record, data);
    }
  }

  /** Runs a compiled program, counted and timed. */
  run(
    program: CompiledProgram,
    feeds: readonly HostData[],
    into?: readonly (HostData | undefined)[],
  ): HostData[] {
    const start = performance.now();
    const results = program.run(feeds, into);
    this.statistics.runs++;
    this.statistics.runMilliseconds += performance.now() - start;
    return results;
  }

  /** Compiles a program outside of the cache; its owner disposes of it. */
  compile(inputs: readonly Value[], outputs: readonly Value[]): CompiledProgram {
    this.statistics.compiled++;
    return new CompiledProgram(inputs, outputs, this.settings);
  }

  /** Runs `record` without computing at step boundaries. */
  capture<T>(record: () => T): T {
    const outer = this.capturing;
    this.capturing = true;
    try {
      return record();
    } finally {
      this.capturing = outer;
    }
  }

  assigned(backend: OnnxBackend, record: TensorRecord): void {
    if (this.boundaries.assign(record) && !this.capturing) this.flushNow(backend);
  }

  disposed(_backend: OnnxBackend, record: TensorRecord): void {
    this.boundaries.drop(record);
  }

  recorded(): void {
    this.boundaries.interrupt();
  }

  /** Drops all compiled programs. */
  dispose(): void {
    for (const program of this.cache.values()) program.dispose();
    this.cache.clear();
  }

  /** Values to compute, each once; constants need no run. */
  private pendingValues(backend: OnnxBackend): Value[] {
    const values = new Set<Value>();
    for (const record of [...backend.pending]) {
      const { source } = record.value;
      if (source.kind === "constant") backend.resolve(record, source.data);
      else values.add(record.value);
    }
    return [...values];
  }

  private program(signature: string, leaves: readonly Value[], outputs: readonly Value[]): CompiledProgram {
    const known = this.cache.get(signature);
    if (known) {
      this.cache.delete(signature);
      this.cache.set(signature, known);
      return known;
    }
    const program = this.compile(leaves, outputs);
    this.cache.set(signature, program);
    const [oldest] = this.cache.keys();
    if (this.cache.size > CACHED_PROGRAMS && oldest !== undefined) {
      this.cache.get(oldest)?.dispose();
      this.cache.delete(oldest);
    }
    return program;
  }
}

/** The data of a buffer value. */
export function bufferData(value: Value): HostData {
  if (value.source.kind !== "buffer") throw new Error("a recorded program reads a value that has no data");
  return value.source.data;
}
