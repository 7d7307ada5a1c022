// The presets on the onnx engine on the CPU.
import { openEngine } from "../../../train/engine/index.ts";
import { presetSuite } from "./suite.ts";

presetSuite("onnx:cpu", async () => (await openEngine("onnx:cpu", { threads: 1 })).engine, {
  mode: "compiled",
});
