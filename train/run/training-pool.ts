// TrainingPool: several runs side by side, each in a worker, the processor's threads shared out among them.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { resolveConfig, type TrainConfig, type TrainConfigInput } from "../config/index.ts";
import { ConfigError } from "../errors.ts";
import type { RunEvent } from "./events.ts";
import { checkFolder, type Existing } from "./folder.ts";
import { filesOfOwnModels, type OwnModels, withOwnModels } from "./own-models.ts";
import { openPool, type Pool } from "./pool.ts";
import type { TrainResult, TrainTask } from "./tasks.ts";

export interface RunOptions {
  /** Run folder; `runs/<name>` unless told. */
  readonly folder?: string;
  /**
   * What to do when the folder holds a run: `refuse`, `resume` from its newest checkpoint (from the beginning where
   * there is none), `overwrite`. Default "refuse".
   */
  readonly existing?: Existing;
  /**
   * Epoch after which the run pauses: it writes a checkpoint and rejects with `StoppedError`. Resumed later with the
   * same config it goes on as if it had never paused. A run that ends before, or with this epoch, is not concerned.
   */
  readonly stopAfterEpoch?: number;
  /** Called with what the run tells, a few times a second. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Stops the run after the step it is in; it writes a checkpoint and rejects with `StoppedError`. */
  readonly signal?: AbortSignal;
  /**
   * Your own models in the place of an architecture. They are copied into the run folder and trained there: yours stay
   * as they are. Layers of your own classes need `model.register`; see the config's architecture `files`.
   */
  readonly models?: OwnModels;
}

export interface Run extends TrainResult {
  readonly folder: string;
  readonly config: TrainConfig;
}

export interface TrainingPoolOptions {
  /** Runs at a time; 1 unless told. Others wait. */
  readonly parallel?: number;
}

/**
 * Runs autoencoder trainings in worker threads.
 *
 *     const pool = new TrainingPool({ parallel: 2 });
 *     const runs = await Promise.all(configs.map((config) => pool.run(config)));
 *     await pool.close();
 *
 * A run whose config says `threads: 0` gets its share of the cores, at least one. A worker that dies fails its own run
 * with `WorkerError`; the next run gets a new worker.
 */
export class TrainingPool {
  private readonly pool: Pool;
  private readonly threads: number;

  constructor({ parallel = 1 }: TrainingPoolOptions = {}) {
    this.pool = openPool(import.meta.url, "worker", parallel);
    this.threads = parallel === 1 ? 0 : Math.max(1, Math.floor(availableParallelism() / parallel));
  }

  /**
   * Trains one autoencoder and writes its package.
   *
   * @throws ConfigError before any work starts, RunFolderError, CheckpointError, DivergedError, StoppedError,
   *   WorkerError, and the errors of data sources and packages
   */
  async run(input: TrainConfigInput, options: RunOptions = {}): Promise<Run> {
    checkOptions(options);
    const folder = options.folder ?? join("runs", input.name ?? resolveConfig({}).name);
    const asked = resolveConfig(options.models ? withOwnModels(input, folder) : input);
    const config = asked.threads === 0 ? { ...asked, threads: this.threads } : asked;
    const { existing = "refuse", models, stopAfterEpoch } = options;
    await checkFolder(folder, config, existing);
    const task: Omit<TrainTask, "port"> = {
      ...{ config, folder, existing, stopAfterEpoch },
      models: models && (await filesOfOwnModels(models)),
    };
    const result = await this.pool.run<typeof task, RunEvent, TrainResult>(task, {
      onEvent: (event) => options.onEvent?.(event),
      signal: options.signal,
    });
    return { ...result, folder, config };
  }

  /** Waits for the runs under way, then lets the workers end. */
  close(): Promise<void> {
    return this.pool.close();
  }
}

const optionNames = ["folder", "existing", "onEvent", "signal", "stopAfterEpoch", "models"];
const existingChoices = ["refuse", "resume", "overwrite"];

/** A misspelt option would pass in silence, and the run go to another folder. */
function checkOptions(options: RunOptions): void {
  const unknown = Object.keys(options).find((name) => !optionNames.includes(name));
  if (unknown !== undefined) {
    throw new ConfigError(`options: unknown option ${unknown}; known here: ${optionNames.join(", ")}`);
  }
  const { existing = "refuse" } = options;
  if (!existingChoices.includes(existing)) {
    throw new ConfigError(
      `options: existing is ${JSON.stringify(existing)}; expected one of ${existingChoices.join(", ")}`,
    );
  }
}
