// The pool's worker: trains one autoencoder and writes its package.
import { receiveMessageOnPort } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { itemSize, openSource } from "../../data/index.ts";
import { buildAutoencoder } from "../architectures/index.ts";
import { useOnnxEngine } from "../engine/onnx/use.ts";
import { packageAutoencoder } from "../package.ts";
import { packageFolder, writeHistory } from "./folder.ts";
import { trainLoop } from "./loop.ts";
import type { StopRequest } from "./progress.ts";
import { carryErrors, type Outcome } from "./remote-error.ts";
import type { TrainResult, TrainTask } from "./tasks.ts";

export default (task: TrainTask): Promise<Outcome<TrainResult>> => carryErrors(() => train(task));

async function train({ config, folder, port }: TrainTask): Promise<TrainResult> {
  // Without it tfjs advises, on standard error, to install other backends.
  tf.enableProdMode();
  const engine = await useOnnxEngine(config.threads > 0 ? { threads: config.threads } : {});
  const dataset = await openSource(config.data);
  const autoencoder = buildAutoencoder(config, itemSize(dataset.shape));
  let stopping = false;
  try {
    const history = await trainLoop(autoencoder, dataset, config, {
      onProgress: (event) => port.postMessage(event),
      shouldStop: () => {
        // The event loop gets no turn between steps: the request is fetched, not waited for.
        const received = receiveMessageOnPort(port) as { message: StopRequest } | undefined;
        stopping ||= received?.message.type === "stop";
        return stopping;
      },
    });
    await writeHistory(folder, history);
    const written = await packageAutoencoder(autoencoder, dataset, config, history, packageFolder(folder));
    const seconds = history.reduce((sum, epoch) => sum + epoch.seconds, 0);
    return {
      history,
      itemsPerSecond: (dataset.length * history.length) / seconds,
      package: { folder: written.folder, parityMaxAbs: written.parityMaxAbs },
    };
  } finally {
    port.close();
    engine.dispose();
    tf.disposeVariables();
    await dataset.close?.();
  }
}
