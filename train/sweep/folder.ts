// The folder of a sweep: its config, and the state of each trial as its own folder tells it.
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writeWhole } from "../../export/synced-file.ts";
import { differences } from "../config/index.ts";
import { RunFolderError } from "../errors.ts";
import { type Existing, packageFolder } from "../run/folder.ts";
import type { EpochRecord } from "../run/state.ts";
import type { SweepConfig } from "./config.ts";

const SWEEP = "sweep.json";
const FAILURE = "failure.json";

export const trialFolder = (folder: string, number: number) => join(folder, "trials", String(number));

interface Description {
  readonly config: SweepConfig;
  /** Threads of each trial. They stay when the sweep is resumed elsewhere, as sums depend on them in their last bits. */
  readonly threads: number;
}

/** Why a trial ended without a package. */
export interface Failure {
  readonly error: string;
  readonly reason: string;
}

/** What a trial's folder holds. */
export interface TrialRecord {
  readonly history: readonly EpochRecord[];
  /** Whether its package is there: it trained to its end. */
  readonly finished: boolean;
  readonly failure: Failure | null;
}

/**
 * Makes the folder ready and gives the threads of each trial. Throws `RunFolderError` where it holds a sweep that is
 * neither to be resumed nor overwritten, another sweep than the one to be resumed, or something that is no sweep.
 */
export async function startSweepFolder(
  folder: string,
  config: SweepConfig,
  parallel: number,
  existing: Existing,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(folder)).filter((name) => !name.startsWith("."));
  const found = names.includes(SWEEP) ? await readDescription(folder) : undefined;
  if (!found && names.length > 0) {
    throw new RunFolderError(
      `${folder}: holds ${names.length} files but no ${SWEEP}, so it is no sweep; choose another`,
    );
  }
  if (found && existing === "refuse") {
    throw new RunFolderError(`${folder}: holds a sweep; resume it, overwrite it, or choose another folder`);
  }
  if (found && existing === "resume") {
    checkSameSweep(folder, found.config, config);
    return found.threads;
  }
  const threads = Math.max(1, Math.floor(availableParallelism() / parallel));
  // What belongs to the sweep that is overwritten goes first: were it left, it would be taken for this one's.
  for (const name of ["trials", "package", "results.json", "results.csv"])
    await rm(join(folder, name), { recursive: true, force: true });
  const description: Description = { config, threads };
  await writeWhole(join(folder, SWEEP), `${JSON.stringify(description, null, 2)}\n`);
  return threads;
}

async function readDescription(folder: string): Promise<Description> {
  const path = join(folder, SWEEP);
  try {
    return JSON.parse(await readFile(path, "utf8")) as Description;
  } catch (error) {
    throw new RunFolderError(`${path}: can't be read (${(error as Error).message}); choose another folder`);
  }
}

function checkSameSweep(folder: string, before: SweepConfig, now: SweepConfig): void {
  // What JSON can't hold is left out of the file too.
  const found = differences(before, JSON.parse(JSON.stringify(now)));
  if (found.length === 0) return;
  const show = (value: unknown) => (value === undefined ? "not set" : JSON.stringify(value));
  const list = found.map(({ path, before, now }) => `${path} was ${show(before)}, is ${show(now)}`);
  throw new RunFolderError(
    `${folder}: holds another sweep (${list.join("; ")}); resume with the same, or start anew`,
  );
}

/** What there is of a trial; nothing done where its folder is not there. */
export async function readTrial(folder: string): Promise<TrialRecord> {
  const failure = await readIfThere(join(folder, FAILURE));
  const history = (await readIfThere(join(folder, "history.jsonl"))) ?? "";
  const manifest = await readIfThere(join(packageFolder(folder), "latentkit.json"));
  return {
    history: history
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as EpochRecord),
    finished: manifest !== undefined,
    failure: failure === undefined ? null : (JSON.parse(failure) as Failure),
  };
}

/** Keeps a trial from being tried again when the sweep is resumed; who wants that deletes the file. */
export async function writeFailure(folder: string, { name, message }: Error): Promise<void> {
  const failure: Failure = { error: name, reason: message };
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, FAILURE), `${JSON.stringify(failure, null, 2)}\n`);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
