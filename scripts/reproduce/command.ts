// `npm run reproduce [-- NAME…]`: published numbers obtained anew, side by side.
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import type { CommandFactory } from "../cli/command.ts";
import { CommandError, UsageError } from "../cli/errors.ts";
import { formatTable } from "../cli/table.ts";
import { root } from "../repository.ts";
import { experiments } from "./registry.ts";
import { reproduce } from "./run.ts";

export const reproduceCommand: CommandFactory = (context) =>
  new Command("reproduce")
    .description("Obtain published numbers anew, and put them into the README's table.")
    .argument("[names...]", "experiments; all of them unless told")
    .option("--list", "only list the experiments", false)
    .option("--out <folder>", "where the runs go", "runs/reproduce")
    .addHelpText("after", "\nExample:\n  $ npm run reproduce -- linear deep30")
    .action(async (names, { list, out }) => {
      const known = experiments.map(({ name }) => name);
      const unknown = names.find((name) => !known.includes(name));
      if (unknown !== undefined) {
        throw new UsageError(`no experiment "${unknown}": expected one of ${known.join(", ")}`);
      }
      if (list) {
        const rows = experiments.map(({ name, description, minutes }) => ({ name, description, minutes }));
        context.output.result({ experiments: rows }, () =>
          formatTable(
            [{ title: "name" }, { title: "what" }, { title: "minutes on two cores", align: "right" }],
            rows.map(({ name, description, minutes }) => [name, description, String(minutes)]),
          ),
        );
        return;
      }
      const chosen =
        names.length === 0 ? experiments : experiments.filter(({ name }) => names.includes(name));
      const files = { results: join(root, "docs", "reproduced.json"), readme: join(root, "README.md") };
      const { missed, results } = await reproduce(chosen, { folder: out, ...files, order: known }, context);
      context.output.result(results, () => `kept in ${files.results}`);
      if (missed.length > 0) throw new CommandError(`goals missed by: ${missed.join(", ")}`);
    });
