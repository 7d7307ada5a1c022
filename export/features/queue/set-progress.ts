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
  /** Items that the last reports tell of. */
  #begun = 0;
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
    this.#forget(shard);
    this.#underWay.set(shard, report);
    this.#begun += report.done;
    this.#advance();
  }

  /** A shard is whole; late reports of it are to be kept away. */
  finish({ name, start, end }: Shard): void {
    this.#shards.delete(name);
    this.#forget(name);
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

  /** @param connected the names of all workers, each once; a shard whose worker is gone waits for another one. */
  workers(connected: readonly string[]): readonly WorkerState[] {
    const own = new Map<string, (readonly [string, Report])[]>(connected.map((name) => [name, []]));
    for (const entry of this.#underWay) {
      const [shard, { worker }] = entry;
      const theirs = own.get(worker);
      if (theirs) theirs.push(entry);
      else this.#forget(shard);
    }
    return [...own].flatMap(([name, reports]): WorkerState[] => {
      if (reports.length === 0) return [{ name }];
      return reports.map(([shard, { done, itemsPerSecond }]) => {
        const { start = 0, end = 0 } = this.#shards.get(shard) ?? {};
        return { name, shard: { name: shard, done, items: end - start, itemsPerSecond } };
      });
    });
  }

  #forget(shard: string): void {
    this.#begun -= this.#underWay.get(shard)?.done ?? 0;
    this.#underWay.delete(shard);
  }

  get #done(): number {
    return Math.min(this.#finished + this.#begun, this.#items);
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
