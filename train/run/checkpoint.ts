// Checkpoints: all a run needs to go on as if it had never stopped.
import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFolder } from "../../export/package/replace.ts";
import { writeSynced } from "../../export/synced-file.ts";
import { differences, resolveConfig, type TrainConfig } from "../config/index.ts";
import { CheckpointError } from "../errors.ts";
import type { RunState } from "./state.ts";
import type { PackedTensors, TensorEntry } from "./tensors.ts";

const DESCRIPTION = "checkpoint.json";
const TENSORS = "tensors.bin";
const SCHEMA_VERSION = 1;
const BEST = "best";

interface Description {
  readonly schemaVersion: number;
  readonly config: TrainConfig;
  readonly state: RunState;
  readonly tensors: readonly TensorEntry[];
  readonly sha256: string;
}

export interface Checkpoint {
  readonly folder: string;
  readonly config: TrainConfig;
  readonly state: RunState;
  readonly tensors: PackedTensors;
}

/**
 * The checkpoints of a run: folders named by the number of steps done, the newest few kept, and `best`. Each is
 * written aside, synced and renamed: one that is there is whole.
 */
export class Checkpoints {
  private readonly folder: string;
  private readonly keep: number;

  constructor(folder: string, keep: number) {
    this.folder = folder;
    this.keep = keep;
  }

  /** Writes one, then removes those beyond the newest `keep`. Rejects with `WriteError`; earlier ones stay then. */
  async save(config: TrainConfig, state: RunState, tensors: PackedTensors): Promise<string> {
    const path = join(this.folder, stepName(state.totalSteps));
    await write(path, config, state, tensors);
    const old = (await this.names()).slice(0, -this.keep);
    for (const name of old) await rm(join(this.folder, name), { recursive: true, force: true });
    return path;
  }

  saveBest(config: TrainConfig, state: RunState, tensors: PackedTensors): Promise<void> {
    return write(join(this.folder, BEST), config, state, tensors);
  }

  /** The newest one that is whole; nothing if there is none. */
  async latest(): Promise<Checkpoint | undefined> {
    for (const name of (await this.names()).reverse()) {
      const found = await read(join(this.folder, name)).catch(() => undefined);
      if (found) return found;
    }
    return undefined;
  }

  async best(): Promise<Checkpoint | undefined> {
    const names: string[] = await readdir(this.folder).catch(() => []);
    return names.includes(BEST) ? read(join(this.folder, BEST)) : undefined;
  }

  /** Removes what a process killed while it wrote has left under hidden names. Nobody may be writing now. */
  async tidy(): Promise<void> {
    const names = await readdir(this.folder).catch((): string[] => []);
    for (const name of names.filter((one) => one.startsWith(".")))
      await rm(join(this.folder, name), { recursive: true, force: true });
  }

  /** Forgets all of them. */
  clear(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** Names of step folders, oldest first. */
  private async names(): Promise<string[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    return names.filter((name) => /^step-\d+$/.test(name)).sort();
  }
}

function stepName(steps: number): string {
  return `step-${String(steps).padStart(9, "0")}`;
}

async function write(
  path: string,
  config: TrainConfig,
  state: RunState,
  tensors: PackedTensors,
): Promise<void> {
  const description: Description = {
    schemaVersion: SCHEMA_VERSION,
    config,
    state,
    tensors: tensors.entries,
    sha256: sha256(tensors.bytes),
  };
  await replaceFolder(path, DESCRIPTION, async (temporary) => {
    await writeSynced(join(temporary, TENSORS), tensors.bytes);
    await writeSynced(join(temporary, DESCRIPTION), JSON.stringify(description));
  });
}

async function read(folder: string): Promise<Checkpoint> {
  const description = JSON.parse(await readFile(join(folder, DESCRIPTION), "utf8")) as Description;
  if (description.schemaVersion !== SCHEMA_VERSION) {
    throw new CheckpointError(
      `${folder}: schemaVersion is ${description.schemaVersion}; this latentkit reads ${SCHEMA_VERSION}`,
    );
  }
  const bytes = await readFile(join(folder, TENSORS));
  if (sha256(bytes) !== description.sha256) {
    throw new CheckpointError(`${join(folder, TENSORS)}: is not what was written (its sha256 is another)`);
  }
  const { config, state, tensors } = description;
  return { folder, config, state, tensors: { entries: tensors, bytes } };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Throws `CheckpointError` naming each difference, unless a checkpoint was made with this config. */
export function checkSameConfig({ folder, config: before }: Checkpoint, now: TrainConfig): void {
  // What an earlier version did not write has its default.
  const found = differences(resolveConfig(before), now);
  if (found.length === 0) return;
  const list = found.map(
    ({ path, before, now }) => `${path} was ${JSON.stringify(before)}, is ${JSON.stringify(now)}`,
  );
  throw new CheckpointError(
    `${folder}: was made with another config (${list.join("; ")}); resume with the same, or start anew`,
  );
}
