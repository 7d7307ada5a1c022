// What `exportFeatures` tells while it works.
import type { Stage } from "./stage-clock.ts";

export type FeatureEvent =
  /** Before the first shard is looked at. */
  | {
      readonly type: "plan";
      /** Of the source. */
      readonly items: number;
      readonly shards: number;
    }
  /** A shard of an earlier process was found whole and is kept, or damaged and is made again. */
  | { readonly type: "found"; readonly shard: string; readonly items: number; readonly damage: string | null }
  /** Some items are done, bad ones included; those of shards that were found count as well. */
  | {
      readonly type: "progress";
      readonly done: number;
      readonly items: number;
      /** In the last seconds. 0 in the beginning. */
      readonly itemsPerSecond: number;
      /** Infinity in the beginning. */
      readonly secondsLeft: number;
      /** The stage that the others wait for. */
      readonly limit: Stage;
    }
  /** A shard is whole. */
  | {
      readonly type: "shard";
      readonly shard: string;
      readonly rows: number;
      readonly bad: number;
      readonly seconds: number;
    };
