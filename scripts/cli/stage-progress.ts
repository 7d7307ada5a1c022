// Shows what a command with several stages is at: a line when one begins, and its share now and then.

import type { Writable } from "node:stream";

export interface StageUpdate {
  readonly stage: string;
  /** Of the stage, 0 to 1. */
  readonly share: number;
}

/** `update` may be called as often as one likes. */
export function createStageProgress(
  stream: Writable,
  { interval = 5000, now = Date.now }: { readonly interval?: number; readonly now?: () => number } = {},
): { readonly update: (update: StageUpdate) => void } {
  let current: string | undefined;
  let shownAt = 0;
  return {
    update({ stage, share }) {
      if (stage !== current) stream.write(`${stage}\n`);
      else if (now() - shownAt >= interval) stream.write(`${stage} (${Math.floor(100 * share)}%)\n`);
      else return;
      current = stage;
      shownAt = now();
    },
  };
}
