// Learning rates over a run.
import type { TrainConfig } from "./config/index.ts";

/** Where a run is: epochs done, with the share of the one under way, and how many it has in all. */
export interface Position {
  readonly epochs: number;
  readonly of: number;
  /** How often the loss has stopped falling (`plateau`). */
  readonly plateaus: number;
}

type ScheduleConfig = TrainConfig["optimizer"]["schedule"];

const shapes: Readonly<Record<ScheduleConfig["kind"], (config: ScheduleConfig, at: Position) => number>> = {
  constant: () => 1,
  step: ({ every, factor }, { epochs }) => factor ** Math.floor(epochs / every),
  cosine: ({ warmup }, { epochs, of }) =>
    (1 + Math.cos((Math.PI * Math.max(0, epochs - warmup)) / (of - warmup))) / 2,
  plateau: ({ factor }, { plateaus }) => factor ** plateaus,
};

/** Factor on the largest learning rate, 0 to 1. */
export function scheduleFactor(config: ScheduleConfig, at: Position): number {
  const rising = config.warmup > 0 ? Math.min(1, at.epochs / config.warmup) : 1;
  return rising * shapes[config.kind](config, at);
}
