// Runs a training with its progress on standard error.
import { type Run, type RunEvent, type RunOptions, type TrainConfig, train } from "../../train/index.ts";
import type { CommandContext } from "./command.ts";
import { createProgress, type Progress } from "./progress.ts";

/** Trains; a bar or lines show how far it is, and Ctrl-C stops it after the step it is in. */
export async function trainWithProgress(
  config: TrainConfig,
  options: Pick<RunOptions, "folder" | "existing">,
  { output, stderr, stopSignal }: CommandContext,
): Promise<Run> {
  let progress: Progress | undefined;
  const show = (event: RunEvent) => {
    if (event.type === "resume") output.message(`resuming from ${event.folder}`);
    if (event.type !== "step" && event.type !== "epoch") return;
    progress ??= createProgress({ epochs: config.epochs, imagesPerEpoch: event.epochItems, stream: stderr });
    const validationLoss = event.type === "epoch" ? event.validationLoss : null;
    progress.update({ epoch: event.epoch, images: event.items, loss: event.loss, validationLoss });
  };
  try {
    return await train(config, { ...options, signal: stopSignal(), onEvent: show });
  } finally {
    progress?.stop();
  }
}
