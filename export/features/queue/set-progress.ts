// How far a set is, from what its workers tell of their shards.
import type { FeatureEvent } from "../events.ts";
import { Pace } from "../pace.ts";
import { itemsOf, type Shard } from "../plan.ts";
import type { Stage } from "../stage-clock.ts";
import type { WorkerState } from "./events.ts";
import type { Report } from "./report.ts";

export class SetProgress {
  readonly #items: number;
  /** Those that are not whole, by name. */
  readonly #shards: Map<string, Shard>;
  readonly #pace: Pace;
  /** By shard, the last report. */
  readonly #underWay = new Map<string, Report>();
  #finished: number;
  #most: number;

  /**
   * @param shards all of the set
   * @param found those that are whole already
   * @param now milliseconds
   */
  constructor(shards: readonly Shard[], found: readonly Shard[], now = () => performance.now()) {
    this.#items = itemsOf(shards);
    this.#shards = new Map(shards.map((shard) => [shard.name, shard]));
    this.#finished = itemsOf(found);
    this.#most = this.#finished;
    this.#pace = new Pace(now);
  }

  report(shard: string, report: Report): void {
    if (!this.#shards.has(shard)) return;
    this.#underWay.set(shard, report);
    this.#advance();
  }

  /** A shard is whole; late reports of it are to be kept away. */
  finish({ name, start, end }: Shard): void {
    this.#shards.delete(name);
    this.#underWay.delete(name);
    this.#finished += end - start;
    this.#advance();
  }

  get event(): Extract<FeatureEvent, { readonly type: "progress" }> {
    const done = this.#done;
    const left = this.#items - done;
    const { perSecond } = this.#pace;
    return {
      ...{ type: "progress", done, items: this.#items, itemsPerSecond: perSecond },
      secondsLeft: left === 0 ? 0 : left / perSecond,
      limit: this.#limit,
    };
  }

  /** @param connected the names of all workers; a shard whose worker is gone waits for another one. */
  workers(connected: readonly string[]): readonly WorkerState[] {
    for (const [shard, { worker }] of this.#underWay) {
      if (!connected.includes(worker)) this.#underWay.delete(shard);
    }
    return connected.flatMap((name): WorkerState[] => {
      const own = [...this.#underWay].filter(([, { worker }]) => worker === name);
      if (own.length === 0) return [{ name }];
      return own.map(([shard, { done, itemsPerSecond }]) => {
        const { start = 0, end = 0 } = this.#shards.get(shard) ?? {};
        return { name, shard: { name: shard, done, items: end - start, itemsPerSecond } };
      });
    });
  }

  get #done(): number {
    let done = this.#finished;
    for (const report of this.#underWay.values()) done += report.done;
    return Math.min(done, this.#items);
  }

  /** A shard that is made anew is not counted twice. */
  #advance(): void {
    const more = this.#done - this.#most;
    if (more <= 0) return;
    this.#most += more;
    this.#pace.add(more);
  }

  /** What most workers wait for. */
  get #limit(): Stage {
    const counts: Record<Stage, number> = { decode: 0, encode: 0, write: 0 };
    for (const { limit } of this.#underWay.values()) counts[limit]++;
    const { decode, encode, write } = counts;
    if (write > encode && write > decode) return "write";
    return decode > encode ? "decode" : "encode";
  }
}
