// The presets on the onnx engine on ONNX Runtime's WebGPU provider, on SwiftShader.
import { openEngine } from "../../../train/engine/index.ts";
import { useSoftwareGpu } from "../../helpers/software-gpu.ts";
import { presetSuite } from "./suite.ts";

presetSuite("onnx:webgpu", async () => (await openEngine("onnx:webgpu")).engine, {
  skip: useSoftwareGpu(),
  mode: "compiled",
});
