// Lets one thread of the process at a time into ONNX Runtime's WebGPU provider, which crashes the process when two run
// at once (github.com/microsoft/onnxruntime/issues/32561).
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";

const KEY = "latentkit: onnxruntime's webgpu provider";

/** 0 when free, 1 when taken. Worker threads inherit it from the thread that starts them, if that has this module. */
const lock = sharedLock();

function sharedLock(): Int32Array {
  const inherited = getEnvironmentData(KEY);
  if (inherited instanceof SharedArrayBuffer) return new Int32Array(inherited);
  const created = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  setEnvironmentData(KEY, created);
  return new Int32Array(created);
}

/** Runs a synchronous task when no other thread does; blocks this thread until then. */
export function oneThreadAtATime<T>(task: () => T): T {
  while (Atomics.compareExchange(lock, 0, 0, 1) !== 0) Atomics.wait(lock, 0, 1);
  try {
    return task();
  } finally {
    Atomics.store(lock, 0, 0);
    Atomics.notify(lock, 0, 1);
  }
}
