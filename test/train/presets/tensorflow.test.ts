// The presets on TensorFlow, where its packages are installed.
import { openEngine } from "../../../train/engine/index.ts";
import { installedVersion } from "../../../train/engine/packages.ts";
import { presetSuite } from "./suite.ts";

const installed = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"].some(installedVersion);

presetSuite("tensorflow", async () => (await openEngine("tensorflow")).engine, {
  skip: installed ? false : "neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed",
  mode: "eager",
});
