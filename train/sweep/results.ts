// The results of a sweep: one row per trial, as JSON and as CSV.
import { join } from "node:path";
import { writeWhole } from "../../export/synced-file.ts";
import { type TrialRecord, trialFolder } from "./folder.ts";
import { score } from "./halving.ts";
import type { Trial, TrialValues } from "./trials.ts";

/**
 * `waiting`: has not begun; `running`; `paused`: has begun and goes on; `dropped`: others were better at a rung of
 * successive halving; `finished`: has its package; `failed`: ended without one.
 */
export type TrialState = "waiting" | "running" | "paused" | "dropped" | "finished" | "failed";

export interface TrialResult {
  /** From 1. */
  readonly trial: number;
  readonly values: TrialValues;
  readonly state: TrialState;
  /** Its run folder. */
  readonly folder: string;
  /** Epochs trained. */
  readonly epochs: number;
  /** Of the last epoch. */
  readonly loss: number | null;
  readonly validationLoss: number | null;
  /** What trials are compared by: the lowest validation loss, without validation the last training loss. */
  readonly score: number | null;
  /** Spent in training steps. */
  readonly seconds: number;
  /** Why it failed. */
  readonly reason: string | null;
}

/** What there is to say of a trial, `dropped` being what its folder does not tell. */
export function resultOfTrial(
  folder: string,
  trial: Trial,
  record: TrialRecord,
  dropped: boolean,
): TrialResult {
  const last = record.history.at(-1);
  return {
    trial: trial.number,
    values: trial.values,
    state: stateOf(record, dropped),
    folder: trialFolder(folder, trial.number),
    epochs: record.history.length,
    loss: last?.loss ?? null,
    validationLoss: last?.validationLoss ?? null,
    score: last ? score(record.history) : null,
    seconds: record.history.reduce((sum, { seconds }) => sum + seconds, 0),
    reason: record.failure?.reason ?? null,
  };
}

function stateOf({ history, finished, failure }: TrialRecord, dropped: boolean): TrialState {
  if (failure) return "failed";
  if (finished) return "finished";
  if (dropped) return "dropped";
  return history.length > 0 ? "paused" : "waiting";
}

/** The finished trial with the lowest score; of two alike the earlier. */
export function bestOf(results: readonly TrialResult[]): TrialResult | null {
  const finished = results.filter(({ state, score }) => state === "finished" && score !== null);
  return finished.reduce<TrialResult | null>(
    (best, one) => (best && (best.score as number) <= (one.score as number) ? best : one),
    null,
  );
}

/** Writes `results.json` and `results.csv`, each whole. */
export async function writeResults(folder: string, results: readonly TrialResult[]): Promise<void> {
  const json = { best: bestOf(results)?.trial ?? null, trials: results };
  await writeWhole(join(folder, "results.json"), `${JSON.stringify(json, null, 2)}\n`);
  await writeWhole(join(folder, "results.csv"), resultsCsv(results));
}

/** CSV as RFC 4180 has it, but with line feeds: a column per path of the space, objects and lists as JSON. */
export function resultsCsv(results: readonly TrialResult[]): string {
  const paths = Object.keys(results[0]?.values ?? {});
  const rows = results.map((result) => [
    ...[result.trial, ...paths.map((path) => result.values[path]), result.state, result.epochs],
    ...[result.loss, result.validationLoss, result.score, result.seconds, result.reason],
  ]);
  const titles = [
    "trial",
    ...paths,
    "state",
    "epochs",
    "loss",
    "validationLoss",
    "score",
    "seconds",
    "reason",
  ];
  return [titles, ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}

function field(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
