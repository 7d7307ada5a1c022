// The onnx engine on the CPU.
import { openEngine } from "../../../train/engine/open.ts";
import { engineSuite } from "./suite.ts";

engineSuite("onnx:cpu", async () => (await openEngine("onnx:cpu", { threads: 1 })).engine, {
  tolerance: 1e-5,
  mode: "compiled",
});
