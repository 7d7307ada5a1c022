// sweep(): trains one autoencoder per trial, several at a time, and keeps the best one's package.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { OnnxError } from "../../export/onnx/errors.ts";
import { copyPackage, PackageError } from "../../export/package/index.ts";
import {
  CheckpointError,
  ConfigError,
  RunFolderError,
  StoppedError,
  SweepStoppedError,
  TrainError,
} from "../errors.ts";
import type { RunEvent } from "../run/events.ts";
import { type Existing, packageFolder } from "../run/folder.ts";
import { TrainingPool } from "../run/training-pool.ts";
import { resolveSweep, type SweepConfig, type SweepConfigInput } from "./config.ts";
import { readTrial, startSweepFolder, type TrialRecord, trialFolder, writeFailure } from "./folder.ts";
import { rungs, score, survivors } from "./halving.ts";
import { inParallel } from "./parallel.ts";
import { bestOf, resultOfTrial, type TrialResult, writeResults } from "./results.ts";
import { listTrials, type Trial } from "./trials.ts";

/** `trial` comes first for all trials, then for each whose state changes; `run` is what a trial's own run tells. */
export type SweepEvent =
  | ({ readonly type: "trial" } & TrialResult)
  | { readonly type: "run"; readonly trial: number; readonly event: RunEvent };

export interface SweepOptions {
  readonly folder: string;
  /** Trials at a time; 1 unless told. They share the processor's threads. */
  readonly parallel?: number;
  readonly onEvent?: (event: SweepEvent) => void;
  /** Stops all trials after the step they are in; they write checkpoints, the sweep rejects with `SweepStoppedError`. */
  readonly signal?: AbortSignal;
  /** What to do when the folder holds a sweep. Default "refuse". */
  readonly existing?: Existing;
}

export interface Sweep {
  readonly folder: string;
  readonly config: SweepConfig;
  readonly trials: readonly TrialResult[];
  /** The finished trial with the lowest score; its package is copied to `package` in the sweep's folder. */
  readonly best: TrialResult | null;
}

/**
 * Trains all trials of a sweep, each in its own run folder `<folder>/trials/<n>`, and writes `results.json`,
 * `results.csv` and the best trial's package. Resumed, it goes on with what the trials' folders hold: finished and
 * failed ones stay, unfinished ones continue from their checkpoints.
 *
 *     await sweep(
 *       { base: { data: "mnist:train" }, space: { "model.code": [8, 16, 32] } },
 *       { folder: "sweeps/code", parallel: 2 },
 *     );
 *
 * A trial whose loss diverges, whose worker dies or whose package fails its check is recorded as failed.
 *
 * @throws ConfigError before any work starts, naming the trial and the path; RunFolderError, SweepStoppedError, and
 *   the errors of data sources and of files
 */
export async function sweep(input: SweepConfigInput, options: SweepOptions): Promise<Sweep> {
  const config = resolveSweep(input);
  const { folder, parallel = 1, existing = "refuse" } = options;
  if (!Number.isSafeInteger(parallel) || parallel < 1)
    throw new ConfigError(`sweep: parallel is ${parallel}; expected a whole number of trials, at least 1`);
  const listed = listTrials(config);
  const threads = await startSweepFolder(folder, config, parallel, existing);
  const trials = listed.map((trial) => ({
    ...trial,
    config: { ...trial.config, threads: trial.config.threads || threads },
  }));
  const pool = new TrainingPool({ parallel });
  const running = new SweepRun(trials, config, options, pool);
  try {
    await running.run();
  } finally {
    await pool.close();
    await writeResults(folder, await running.results());
  }
  const results = await running.results();
  const best = bestOf(results);
  if (best) await copyPackage(packageFolder(best.folder), join(folder, "package"));
  else await rm(join(folder, "package"), { recursive: true, force: true });
  return { folder, config, trials: results, best };
}

/** One call's way through the rungs. */
class SweepRun {
  private readonly dropped = new Set<number>();
  private readonly trials: readonly Trial[];
  private readonly config: SweepConfig;
  private readonly options: SweepOptions;
  private readonly pool: TrainingPool;

  constructor(trials: readonly Trial[], config: SweepConfig, options: SweepOptions, pool: TrainingPool) {
    this.trials = trials;
    this.config = config;
    this.options = options;
    this.pool = pool;
  }

  async run(): Promise<void> {
    for (const trial of this.trials) await this.tell(trial);
    let candidates = this.trials;
    for (const epochs of rungs(this.config)) {
      const scores = await this.runTo(epochs, candidates);
      if (!this.config.halving || epochs === this.config.base.epochs) return;
      const scoreOf = ({ number }: Trial) => scores.get(number) as number;
      const next = survivors(candidates, scoreOf, this.config.halving.eta);
      for (const trial of candidates.filter((one) => !next.includes(one))) {
        this.dropped.add(trial.number);
        await this.tell(trial);
      }
      candidates = next;
    }
  }

  async results(): Promise<TrialResult[]> {
    return Promise.all(this.trials.map(async (trial) => this.resultOf(trial, await this.record(trial))));
  }

  /** Trains the candidates to the end of that epoch, where they are not there yet; gives their scores at it. */
  private async runTo(epochs: number, candidates: readonly Trial[]): Promise<Map<number, number>> {
    await inParallel(candidates, this.options.parallel ?? 1, async (trial) => {
      if (isThere(await this.record(trial), epochs)) return;
      if (this.options.signal?.aborted) throw await this.stopped();
      await this.train(trial, epochs);
    });
    const scored = candidates.map(async (trial) => {
      const { failure, history } = await this.record(trial);
      return [trial.number, failure ? Number.POSITIVE_INFINITY : score(history, epochs)] as const;
    });
    return new Map(await Promise.all(scored));
  }

  private async train(trial: Trial, epochs: number): Promise<void> {
    const { onEvent, signal } = this.options;
    const folder = this.folderOf(trial);
    onEvent?.({ type: "trial", ...this.resultOf(trial, await this.record(trial)), state: "running" });
    try {
      await this.pool.run(trial.config, {
        folder,
        existing: "resume",
        onEvent: (event) => onEvent?.({ type: "run", trial: trial.number, event }),
        ...(signal ? { signal } : {}),
        ...(Number.isFinite(epochs) ? { stopAfterEpoch: epochs } : {}),
      });
    } catch (error) {
      if (isOfTrial(error)) await writeFailure(folder, error);
      else if (!(error instanceof StoppedError)) throw error;
      else if (!isThere(await this.record(trial), epochs)) throw await this.stopped();
    } finally {
      await this.tell(trial);
    }
  }

  private async stopped(): Promise<SweepStoppedError> {
    const states = (await this.results()).map(({ state }) => state);
    const ended = states.filter((state) => !["waiting", "paused"].includes(state)).length;
    return new SweepStoppedError(this.options.folder, ended, states.length);
  }

  private async tell(trial: Trial): Promise<void> {
    this.options.onEvent?.({ type: "trial", ...this.resultOf(trial, await this.record(trial)) });
  }

  private resultOf(trial: Trial, record: TrialRecord): TrialResult {
    return resultOfTrial(this.options.folder, trial, record, this.dropped.has(trial.number));
  }

  private record(trial: Trial): Promise<TrialRecord> {
    return readTrial(this.folderOf(trial));
  }

  private folderOf({ number }: Trial): string {
    return trialFolder(this.options.folder, number);
  }
}

/** Whether a trial has nothing left to do up to the end of that epoch. */
function isThere({ finished, failure, history }: TrialRecord, epochs: number): boolean {
  return finished || failure !== null || history.length >= epochs;
}

/** Whether a trial's own settings can be to blame, so that the others may do better. */
function isOfTrial(error: unknown): error is Error {
  if (error instanceof StoppedError || error instanceof RunFolderError || error instanceof CheckpointError)
    return false;
  return error instanceof TrainError || error instanceof OnnxError || error instanceof PackageError;
}
