// The sets that a worker has shards of: package and source stay open from one shard to the next.
import { FeatureSetError, FeatureTargetError } from "../errors.ts";
import { type FeatureJob, openJob } from "../job.ts";
import { checkFeatureOptions, type FeatureOptions } from "../options.ts";
import { planDifferences, planHash } from "../plan.ts";
import { readPlan } from "../set.ts";
import { openStorage } from "../storage/open.ts";
import type { Storage } from "../storage/storage.ts";
import { Turns } from "../turns.ts";
import { PlanMismatchError } from "./failure.ts";
import { type SetJob, setId } from "./shard-job.ts";

/** Sets that stay open while none of their shards is made: two, so that two coordinators may take turns. */
const KEPT = 2;

/** Where a worker computes, which is its own affair. */
export type Machine = Pick<FeatureOptions, "device" | "workers" | "threads">;

export interface OpenedSet extends FeatureJob {
  readonly storage: Storage;
  /** One shard is encoded at a time, also where several are under way. */
  readonly turns: Turns;
}

interface Entry {
  readonly opened: Promise<OpenedSet>;
  users: number;
}

export class OpenedSets {
  readonly #machine: Machine;
  /** The one that was used last comes last. */
  readonly #entries = new Map<string, Entry>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /**
   * Calls `work` with the set, opened. Rejects with `PlanMismatchError` where this machine does not come to the plan in
   * the job, with `FeatureTargetError` where it does not see the storage, and with what `openJob` and `work` say.
   */
  async use<T>(job: SetJob, work: (set: OpenedSet) => Promise<T>): Promise<T> {
    const id = setId(job);
    const entry = this.#entries.get(id) ?? { opened: openSet(job, this.#machine), users: 0 };
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    entry.users++;
    try {
      return await work(await entry.opened);
    } finally {
      entry.users--;
      await this.#close(KEPT);
    }
  }

  /** To be called when no set is in use. */
  async close(): Promise<void> {
    await this.#close(0);
  }

  /** Closes those that could not be opened, and the oldest that are not in use, down to some. */
  async #close(kept: number): Promise<void> {
    for (const [id, entry] of [...this.#entries]) {
      if (entry.users > 0) continue;
      const set = await entry.opened.catch(() => undefined);
      // It may have been taken into use, or closed by another call, meanwhile.
      if (entry.users > 0 || this.#entries.get(id) !== entry) continue;
      if (set && this.#entries.size <= kept) continue;
      this.#entries.delete(id);
      await set?.close();
    }
  }
}

async function openSet(job: SetJob, machine: Machine): Promise<OpenedSet> {
  const storage = openStorage(job.out);
  const there = await readPlan(storage);
  if (!there) {
    throw new FeatureTargetError(
      `${job.out}: has no plan.json here; expected the storage that the coordinator writes to, at the same place`,
    );
  }
  const options = checkFeatureOptions({ ...job.options, ...machine, out: storage });
  const opened = await openJob(job.package, job.source, options).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new FeatureSetError(
      `${error.path ?? job.package}: is not there; expected what the coordinator has at the same place`,
    );
  });
  if (planHash(opened.plan) === job.plan && planHash(there) === job.plan) {
    return { ...opened, plan: there, storage, turns: new Turns() };
  }
  await opened.close();
  const differences = planDifferences(there, opened.plan).join("; ") || "the job is of another plan";
  throw new PlanMismatchError(
    `${job.out}: what is planned there is not what this machine comes to: ${differences}; ` +
      "expected the same package and source, at the same place",
  );
}
