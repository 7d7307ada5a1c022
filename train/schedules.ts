// Learning rates over a run.
import type { TrainConfig } from "./config.ts";

/** Factor on the learning rate after a share of the run (0 to 1). */
export type Schedule = (share: number) => number;

export const schedules: Readonly<Record<TrainConfig["optimizer"]["schedule"], Schedule>> = {
  constant: () => 1,
  cosine: (share) => (1 + Math.cos(Math.PI * share)) / 2,
};
