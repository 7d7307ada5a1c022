// What rows of a table are called: read by shards when it is asked for, then kept.
import type { FeatureSet } from "../read.ts";

export interface RowName {
  readonly id: string;
  readonly label?: string | number;
}

/** A row found by its id. */
export interface FoundRow {
  readonly row: number;
  readonly code: Float32Array;
}

export class RowNames {
  readonly #set: FeatureSet;
  /** By shard. */
  readonly #known = new Map<string, Promise<readonly RowName[]>>();

  constructor(set: FeatureSet) {
    this.#set = set;
  }

  /** Of row numbers, in their order. */
  async of(rows: readonly number[]): Promise<readonly RowName[]> {
    const names: RowName[] = [];
    for (const row of rows) {
      let from = 0;
      for (const shard of this.#set.info.shards) {
        if (row < from + shard.rows) {
          names.push((await this.#namesIn(shard.name))[row - from] as RowName);
          break;
        }
        from += shard.rows;
      }
    }
    return names;
  }

  /** The first row with this id. */
  async find(id: string): Promise<FoundRow | undefined> {
    let from = 0;
    for await (const { ids, codes, shape } of this.#set.read()) {
      const at = ids.indexOf(id);
      if (at >= 0) return { row: from + at, code: codes.slice(at * shape[1], (at + 1) * shape[1]) };
      from += ids.length;
    }
    return undefined;
  }

  #namesIn(shard: string): Promise<readonly RowName[]> {
    const known = this.#known.get(shard) ?? this.#readNames(shard);
    this.#known.set(shard, known);
    return known;
  }

  async #readNames(shard: string): Promise<readonly RowName[]> {
    const names: RowName[] = [];
    for await (const { ids, labels } of this.#set.read([shard])) {
      ids.forEach((id, i) => {
        const label = labels?.[i];
        names.push({ id, ...(label !== undefined && { label }) });
      });
    }
    return names;
  }
}
