// Runs experiments one after the other, and keeps what they give.
import { join } from "node:path";
import { resolveConfig, type TrainConfigInput, unfinishedRun } from "../../train/index.ts";
import type { CommandContext } from "../cli/command.ts";
import { trainWithProgress } from "../cli/training.ts";
import { describeMachine, inWords } from "../machine.ts";
import { type Experiment, isMet, type ReproduceContext, type TrainedRun } from "./experiment.ts";
import { updateReadme } from "./readme.ts";
import { keepResult, type Result } from "./results.ts";
import { duration, markdownTable, resultTable } from "./tables.ts";

export interface ReproduceOptions {
  /** Where the runs are, so that one that was interrupted can go on. */
  readonly folder: string;
  /** The JSON file of results, and the README whose table is made from it. */
  readonly results: string;
  readonly readme: string;
  /** Names of all experiments, in the order of the table. */
  readonly order: readonly string[];
}

/** Runs them; each result is kept as soon as it is there. Returns the names of those that miss a goal. */
export async function reproduce(
  experiments: readonly Experiment[],
  options: ReproduceOptions,
  context: CommandContext,
): Promise<{ readonly missed: string[]; readonly results: Readonly<Record<string, Result>> }> {
  const { output } = context;
  const missed: string[] = [];
  const results: Record<string, Result> = {};
  for (const [i, experiment] of experiments.entries()) {
    output.message(
      `${i + 1}/${experiments.length} ${experiment.name}: ${experiment.description} (about ${experiment.minutes} min on two cores)`,
    );
    const clock = { trained: 0 };
    const start = performance.now();
    const lines = await experiment.run(contextOf(experiment, options.folder, context, clock));
    const result: Result = {
      date: new Date().toISOString().slice(0, 10),
      machine: inWords(describeMachine()),
      seconds: (performance.now() - start) / 1000 + clock.trained,
      lines,
    };
    results[experiment.name] = result;
    if (lines.some((line) => isMet(line) === false)) missed.push(experiment.name);
    const all = await keepResult(options.results, experiment.name, result);
    await updateReadme(options.readme, markdownTable(all, options.order));
    output.message(`\n${resultTable(lines)}\n${duration(result.seconds)}\n`);
  }
  return { missed, results };
}

/** @param clock gets the seconds that earlier, interrupted tries have spent on runs */
function contextOf(
  { name }: Experiment,
  folder: string,
  context: CommandContext,
  clock: { trained: number },
): ReproduceContext {
  return {
    say: context.output.message,
    async train(run: string, input: TrainConfigInput): Promise<TrainedRun> {
      const config = resolveConfig({ ...input, name: run });
      const at = join(folder, name, run);
      const resumed = await unfinishedRun(at, config);
      const began = performance.now();
      const {
        history,
        phaseHistory,
        package: written,
      } = await trainWithProgress(
        config,
        { folder: at, existing: resumed ? "resume" : "overwrite" },
        context,
      );
      const spent = (performance.now() - began) / 1000;
      const all = [...history, ...phaseHistory].reduce((sum, { seconds }) => sum + seconds, 0);
      if (resumed) clock.trained += Math.max(0, all - spent);
      return { folder: at, package: written.folder };
    },
  };
}
