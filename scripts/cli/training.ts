// Runs a training with its progress on standard error.
import { type Run, type TrainConfigInput, type TrainOptions, train } from "../../train/index.ts";
import type { CommandContext } from "./command.ts";
import { createProgress, type Progress } from "./progress.ts";

/** Trains; a bar or lines show how far it is, and Ctrl-C stops it after the step it is in. */
export async function trainWithProgress(
  config: TrainConfigInput,
  epochs: number,
  options: Pick<TrainOptions, "folder">,
  { stderr, stopSignal }: CommandContext,
): Promise<Run> {
  let progress: Progress | undefined;
  try {
    return await train(config, {
      ...options,
      signal: stopSignal(),
      onProgress: ({ epoch, items, epochItems, loss }) => {
        progress ??= createProgress({ epochs, imagesPerEpoch: epochItems, stream: stderr });
        progress.update({ epoch, images: items, loss });
      },
    });
  } finally {
    progress?.stop();
  }
}
