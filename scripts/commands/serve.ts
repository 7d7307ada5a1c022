// `latentkit serve`: a package behind HTTP, in the Open Inference Protocol (KServe v2).
import { Command } from "@commander-js/extra-typings";
import type { CommandFactory } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { findPackage } from "../cli/find-package.ts";
import { realNumber, wholeNumber } from "../cli/options.ts";
import { deviceOption, dtypeOption, threadsOption, workersOption } from "../cli/runtime-options.ts";

const examples = `
Examples:
  $ latentkit serve runs/mnist --port 8080
  $ latentkit serve web/model --dtype q8 --max-batch 64 --max-delay 2 --max-queue 256
  $ curl localhost:8080/v2/models/mnist
  $ curl localhost:8080/v2/models/mnist/infer --json \\
      '{ "inputs": [{ "name": "input", "datatype": "UINT8", "shape": [1, 28, 28, 1], "data": [0, 0, …] }],
         "outputs": [{ "name": "codes" }] }'

Outputs: codes, reconstruction, error (mean squared, per item), probabilities where there is a classifier.
Also: /v2/health/live, /v2/health/ready, /metrics for Prometheus, and Triton's binary tensor data.
Ctrl-C or SIGTERM: requests in progress are answered, then it ends.`;

export const serve: CommandFactory = ({ output, endSignal }) =>
  new Command("serve")
    .description("Answer requests for codes over HTTP, in the protocol of KServe and Triton.")
    .argument("<run | package>", "a run folder or a package")
    .option("--host <address>", "address to listen on; 0.0.0.0 for other machines, too", "127.0.0.1")
    .option(
      "--port <n>",
      "port to listen on; 0 takes a free one",
      wholeNumber("--port", { min: 0, max: 65535 }),
      8080,
    )
    .addOption(deviceOption())
    .addOption(dtypeOption())
    .addOption(workersOption())
    .addOption(threadsOption())
    .option("--max-batch <n>", "most items computed at once", wholeNumber("--max-batch", { min: 1 }))
    .option(
      "--max-delay <ms>",
      "how long a request may wait for others to fill a batch (default: 0)",
      realNumber("--max-delay", { min: 0 }),
    )
    .option(
      "--max-queue <n>",
      "calls that may wait; one more is answered with 503",
      wholeNumber("--max-queue", { min: 1 }),
      1024,
    )
    .option("--timeout <ms>", "longest time to an answer, else 504", realNumber("--timeout", { min: 1 }))
    .option(
      "--max-body <MiB>",
      "largest request; a larger one is answered with 413",
      realNumber("--max-body", { min: 0 }),
      64,
    )
    .addHelpText("after", examples)
    .action(async (source, options) => {
      const { loadRuntime } = await import("../../runtime/index.ts");
      const { startServer } = await import("../serve/server.ts");
      const folder = await findPackage(source);
      if (folder === undefined) {
        throw new CommandError(
          `${source}: is no package and no run that has one; expected a folder with latentkit.json`,
        );
      }
      const { device, dtype, workers, threads, maxBatch, maxDelay, maxQueue, timeout } = options;
      const runtime = await loadRuntime(folder, {
        ...{ device, dtype, maxQueueSize: maxQueue },
        ...(workers !== undefined && { workers }),
        ...(threads !== undefined && { threads }),
        ...(maxBatch !== undefined && { maxBatchSize: maxBatch }),
        ...(maxDelay !== undefined && { maxQueueDelay: maxDelay }),
        ...(timeout !== undefined && { timeout }),
      });
      try {
        const { host, port, maxBody } = options;
        const limits = { host, port, maxBody: Math.floor(maxBody * 2 ** 20) };
        const server = await startServer(runtime, limits).catch((error: unknown) => {
          throw new CommandError(`${host}, port ${port}: ${error instanceof Error ? error.message : error}`);
        });
        const { name, ...info } = runtime.info;
        const result = { url: server.url, model: name, device: info.device, dtype: info.dtype };
        output.result(
          result,
          `model ${name} (${info.dtype}, on ${info.device}) at ${server.url}/v2/models/${name}`,
        );
        await aborted(endSignal());
        output.message("stopping: requests in progress are answered first");
        await server.stop();
      } finally {
        await runtime.dispose();
      }
    });

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
