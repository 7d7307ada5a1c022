// The evaluation's worker: everything `evaluate` measures, off the main thread.
import { receiveMessageOnPort } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { readManifest } from "../../export/package/index.ts";
import { loadRuntime } from "../../runtime/index.ts";
import { useOnnxEngine } from "../engine/onnx/use.ts";
import { EvaluationError } from "../errors.ts";
import { carryErrors, type Outcome } from "../run/remote-error.ts";
import { loadTsne } from "./references.ts";
import type { Evaluation } from "./result.ts";
import { openSets } from "./sets.ts";
import { measureSystems } from "./systems.ts";
import type { EvaluationEvent, EvaluationTask } from "./task.ts";

export default (task: EvaluationTask): Promise<Outcome<Evaluation>> => carryErrors(() => evaluate(task));

async function evaluate(task: EvaluationTask): Promise<Evaluation> {
  const { packageFolder, train, test, port } = task;
  const tell = (stage: string, share: number) => {
    const received = receiveMessageOnPort(port);
    if (received) throw new EvaluationError(`${packageFolder}: the evaluation was stopped`);
    port.postMessage({ stage, share } satisfies EvaluationEvent);
  };
  // Without it tfjs advises, on standard error, to install other backends.
  tf.enableProdMode();
  const manifest = await readManifest(packageFolder);
  // Asked for first: what comes before takes minutes.
  if (task.references) await loadTsne();
  const sets = await openSets({ manifest, train, test });
  try {
    const runtime = await loadRuntime(packageFolder);
    const engine = await useOnnxEngine();
    try {
      return await measureSystems({ task, manifest, sets, runtime, tell });
    } finally {
      engine.dispose();
      await runtime.dispose();
    }
  } finally {
    await sets.close();
    port.close();
  }
}
