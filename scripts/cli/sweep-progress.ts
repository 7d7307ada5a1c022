// Shows a sweep's trials: a table that is drawn over itself on a terminal, lines in a log.
import type { Writable } from "node:stream";
import { describeValues, type SweepEvent, type TrialResult, type TrialState } from "../../train/index.ts";
import { formatTable } from "./table.ts";

/** How one trial stands. */
interface Row {
  readonly trial: number;
  readonly values: string;
  state: TrialState;
  epoch: number;
  loss: number | null;
  reason: string | null;
}

export interface SweepProgress {
  update(event: SweepEvent): void;
  /** To be called when it ends, however it ends. */
  stop(): void;
}

export interface SweepProgressOptions {
  readonly stream: Writable;
  /** Milliseconds between two drawings of the table; 200 unless told. */
  readonly interval?: number;
  /** Milliseconds now, for tests. */
  readonly now?: () => number;
}

export function createSweepProgress(options: SweepProgressOptions): SweepProgress {
  const rows = new Map<number, Row>();
  const show = isTerminal(options.stream) ? showTable(options, rows) : showLines(options);
  return {
    update(event) {
      const before = rows.get(event.trial);
      if (event.type === "trial") {
        const row = rowOf(event);
        rows.set(event.trial, row);
        show.row(row, before !== undefined && before.state !== row.state);
      } else if (before && (event.event.type === "step" || event.event.type === "epoch")) {
        Object.assign(before, { epoch: event.event.epoch, loss: event.event.loss });
        show.row(before, false);
      }
    },
    stop: show.stop,
  };
}

function rowOf({ trial, values, state, epochs, loss, reason }: TrialResult): Row {
  return { trial, values: describeValues(values), state, epoch: epochs, loss, reason };
}

interface Display {
  row(row: Row, stateChanged: boolean): void;
  stop(): void;
}

/** A line for each change of a trial's state. */
function showLines({ stream }: SweepProgressOptions): Display {
  return {
    row({ trial, values, state, epoch, loss, reason }, stateChanged) {
      if (!stateChanged) return;
      const at = loss === null || state === "running" ? "" : `  epoch ${epoch}  loss ${loss.toPrecision(4)}`;
      stream.write(`trial ${trial} (${values})  ${state}${at}${reason === null ? "" : `  ${reason}`}\n`);
    },
    stop() {},
  };
}

function showTable(options: SweepProgressOptions, rows: ReadonlyMap<number, Row>): Display {
  const { stream, interval = 200, now = Date.now } = options;
  let lines = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = () => {
    const [height, width] = sizeOf(stream);
    // A line that wraps would count as one and be two.
    const text = sweepTable([...rows.values()], height).replace(/[^\n]+/g, (line) => line.slice(0, width));
    // Up to the table's first line, and clear from there on.
    stream.write(`${lines === 0 ? "" : `\x1b[${lines}A\x1b[J`}${text}\n`);
    lines = text.split("\n").length;
    drawnAt = now();
  };
  return {
    row(_row, stateChanged) {
      if (stateChanged || now() - drawnAt >= interval) draw();
    },
    stop() {
      if (rows.size > 0) draw();
    },
  };
}

/** Where not all trials have room, those that run and then those with the lowest losses are shown. */
function sweepTable(rows: readonly Row[], height: number): string {
  const room = Math.max(1, height - 3);
  const urgency = ({ state }: Row) => (state === "running" ? 0 : 1);
  const shown = rows
    .toSorted((a, b) => urgency(a) - urgency(b) || (a.loss ?? Infinity) - (b.loss ?? Infinity) || 0)
    .slice(0, room)
    .toSorted((a, b) => a.trial - b.trial);
  const table = trialTable(shown);
  return shown.length === rows.length ? table : `${table}\n… and ${rows.length - shown.length} more`;
}

/** Trials as a table for people. */
export function trialTable(rows: readonly Row[]): string {
  const right = { align: "right" } as const;
  return formatTable(
    [
      ...[{ title: "trial", ...right }, { title: "parameters" }, { title: "epoch", ...right }],
      ...[{ title: "loss", ...right }, { title: "state" }],
    ],
    rows.map(({ trial, values, epoch, loss, state, reason }) => [
      ...[String(trial), values, String(epoch), loss?.toPrecision(4) ?? "–"],
      reason === null ? state : `${state}: ${reason}`,
    ]),
  );
}

/** The results as rows of that table. */
export function resultRows(results: readonly TrialResult[]): Row[] {
  return results.map(rowOf);
}

/** Rows and columns of a terminal. */
function sizeOf(stream: Writable): readonly [number, number] {
  const { rows, columns } = stream as { rows?: number; columns?: number };
  return [rows ?? 24, columns ?? 80];
}

function isTerminal(stream: Writable): boolean {
  return "isTTY" in stream && stream.isTTY === true;
}
