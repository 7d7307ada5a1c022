// The webgpu engine on SwiftShader.
import { openEngine } from "../../../train/engine/open.ts";
import { useSoftwareGpu } from "../../helpers/software-gpu.ts";
import { engineSuite } from "./suite.ts";

engineSuite("webgpu", async () => (await openEngine("webgpu")).engine, {
  skip: useSoftwareGpu(),
  tolerance: 1e-5,
  mode: "eager",
});
