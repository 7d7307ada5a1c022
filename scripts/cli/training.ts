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
  let phase: string | undefined;
  const show = (event: RunEvent) => {
    // With --json standard error carries the events, one object a line; the result comes on standard output.
    if (output.json) return void stderr.write(`${JSON.stringify(event)}\n`);
    if (event.type === "start") reportSkipped(event.skipped, output.message);
    if (event.type === "resume") output.message(`resuming from ${event.folder}`);
    if (event.type !== "step" && event.type !== "epoch") return;
    if (event.phase !== phase) {
      progress?.stop();
      if (phase !== undefined || event.phase !== "autoencoder") output.message(event.phase);
      progress = createProgress({ epochs: event.epochs, imagesPerEpoch: event.epochItems, stream: stderr });
      phase = event.phase;
    }
    const validationLoss = event.type === "epoch" ? event.validationLoss : null;
    progress?.update({ epoch: event.epoch, images: event.items, loss: event.loss, validationLoss });
  };
  try {
    return await train(config, { ...options, signal: stopSignal(), onEvent: show });
  } finally {
    progress?.stop();
  }
}

/** How many items were passed over, and the first few of them. */
function reportSkipped(
  skipped: readonly { readonly item: string; readonly reason: string }[],
  message: (text: string) => void,
): void {
  if (skipped.length === 0) return;
  message(`${skipped.length} items can't be read and are passed over:`);
  for (const { item, reason } of skipped.slice(0, 5)) message(`  ${item}: ${reason}`);
  if (skipped.length > 5) message(`  and ${skipped.length - 5} more, all in summary.json`);
}
