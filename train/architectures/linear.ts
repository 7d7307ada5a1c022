// Linear autoencoder: one matrix to the code, one back.

import type { Architecture } from "./architecture.ts";
import { dense } from "./dense.ts";

/** `dense` without hidden layers and without activations. */
export const linear: Architecture<"linear"> = ({ model, ...request }) =>
  dense({
    ...request,
    model: {
      ...model,
      ...{ architecture: "dense", hidden: [], activation: "linear", codeActivation: "linear" },
      ...{ dropout: 0, batchNorm: false },
    },
  });
