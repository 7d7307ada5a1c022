// The onnx engine on one of ONNX Runtime's execution providers.
import * as tf from "@tensorflow/tfjs";
import { onnxBackend } from "../../../export/onnx/backend.ts";
import { whyNoCuda } from "../../../runtime/node/devices.ts";
import { whyNoVulkan } from "../../../runtime/node/vulkan.ts";
import { EngineError } from "../../errors.ts";
import { assertInUse, leave } from "../backend.ts";
import type { Engine } from "../engine.ts";
import type { Importer } from "../packages.ts";
import type { CompiledStep } from "../step.ts";
import { type DeviceDescription, guessAdapter } from "../webgpu/adapter.ts";
import { compile } from "./compile.ts";
import type { SessionSettings } from "./compiled-program.ts";
import { OnnxEngine } from "./engine.ts";
import { currentEngine, dropEngine, useEngine } from "./use.ts";

const BACKEND = "onnx";

/** ONNX Runtime on the CPU. */
export async function openOnnxCpu(threads: number | undefined): Promise<Engine> {
  const settings = threads === undefined ? { provider: "cpu" } : { provider: "cpu", threads };
  return onnxEngine(settings, { device: "cpu", isSoftware: false });
}

/** ONNX Runtime on an NVIDIA GPU. @throws EngineError where its CUDA libraries are not installed */
export async function openOnnxCuda(): Promise<Engine> {
  const missing = whyNoCuda();
  if (missing) throw new EngineError(missing);
  return onnxEngine({ provider: "cuda" }, { device: "cuda", isSoftware: false });
}

/** ONNX Runtime on WebGPU. Its adapter is the one that the `webgpu` package finds, where that is installed. */
export async function openOnnxWebgpu(importer: Importer): Promise<Engine> {
  const missing = whyNoVulkan();
  if (missing) throw new EngineError(missing);
  return onnxEngine({ provider: "webgpu" }, await guessAdapter(importer));
}

function onnxEngine(settings: SessionSettings, { device, isSoftware }: DeviceDescription): Engine {
  const engine = new OnnxEngine(settings);
  const steps: { dispose(): void }[] = [];
  return {
    name: "onnx",
    device,
    isSoftware,
    ...(settings.threads === undefined ? {} : { threads: settings.threads }),
    compile(step, options) {
      const compiled = guarded(engine, compile(step, options));
      steps.push(compiled);
      return compiled;
    },
    tensorOver(data, shape) {
      assertInUse(BACKEND);
      const info = onnxBackend().keep({ dtype: "float32", shape, source: { kind: "buffer", data } });
      return tf.engine().makeTensorFromTensorInfo(info);
    },
    read: (tensor) => tensor.data(),
    use: () => useEngine(engine),
    async dispose() {
      for (const step of steps.splice(0)) step.dispose();
      engine.dispose();
      if (dropEngine(engine)) await leave(BACKEND);
    },
  };
}

/** Steps compiled for one engine hold sessions of its provider: they must not run for another. */
function guarded<I extends tf.Tensor[]>(engine: OnnxEngine, step: CompiledStep<I>): CompiledStep<I> {
  const call = (...inputs: I): tf.Tensor[] => {
    assertInUse(BACKEND);
    if (currentEngine() !== engine) {
      throw new EngineError("the step belongs to an onnx engine that is not in use: call its use() first");
    }
    return step(...inputs);
  };
  return Object.assign(call, { mode: step.mode, dispose: step.dispose });
}
