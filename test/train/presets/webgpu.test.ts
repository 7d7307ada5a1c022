// The presets on the webgpu engine, on SwiftShader.
import { openEngine } from "../../../train/engine/index.ts";
import { useSoftwareGpu } from "../../helpers/software-gpu.ts";
import { presetSuite } from "./suite.ts";

presetSuite("webgpu", async () => (await openEngine("webgpu")).engine, {
  skip: useSoftwareGpu(),
  mode: "eager",
});
