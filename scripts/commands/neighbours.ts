// `latentkit neighbours`: the items of a feature table whose codes are nearest to that of an image, or of one of them.
import { stat } from "node:fs/promises";
import { Command } from "@commander-js/extra-typings";
import type { CommandFactory } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { findPackage } from "../cli/find-package.ts";
import { choice, wholeNumber } from "../cli/options.ts";
import { formatTable } from "../cli/table.ts";

const examples = `
Examples:
  $ latentkit encode runs/photos photos --out features
  $ latentkit neighbours features new.jpg --png neighbours.png
  $ latentkit neighbours features cats/17.jpg --k 20 --metric euclidean
  $ latentkit neighbours s3://bucket/features new.jpg --package runs/photos --json

What is the path of a file is taken for an image, all else for an id of the table.
From 200,000 rows on an index answers, where usearch is installed (npm install usearch@2.25): it is made once, kept in the
table's folder, and made anew when the table has changed. --search tells otherwise.`;

export const neighbours: CommandFactory = ({ output }) =>
  new Command("neighbours")
    .description("Find the items of a feature table that are nearest to an image or to one of them.")
    .argument("<features>", "the folder or s3:// address of a table, as latentkit encode writes it")
    .argument("<image | id>", "an image file, or the id of a row")
    .option("--k <n>", "how many", wholeNumber("--k", { min: 1 }), 10)
    .option(
      "--metric <name>",
      "cosine (1 − cosine) or euclidean",
      choice("--metric", ["cosine", "euclidean"]),
      "cosine" as const,
    )
    .option("--package <run | package>", "what the table was made with (default: where it lay then)")
    .option(
      "--search <kind>",
      "auto, exact (all codes are looked at) or approximate (by an index)",
      choice("--search", ["auto", "exact", "approximate"]),
      "auto" as const,
    )
    .option("--cache <folder>", "where the index is kept (default: the table's folder)")
    .option("--png <file>", "a picture of the item and its neighbours, where they are pictures")
    .addHelpText("after", examples)
    .action(async (features, item, { k, metric, search, cache, png, package: given }) => {
      const { encodeImageFor, openNeighbours, writeWhole } = await import("../../export/index.ts");
      const opened = await openNeighbours(features, {
        ...{ metric, search },
        ...(cache !== undefined && { cache }),
        onProgress: (done, rows) => {
          if (done === rows) output.message(`an index of ${rows.toLocaleString("en")} rows was made`);
        },
      });
      const { info, search: searched, reason } = opened;
      const options = await packageOption(given);
      const isImage = await isFile(item);
      const found = isImage
        ? await opened.nearest(await encodeImageFor(info, item, options), k)
        : await opened.nearestTo(item, k);
      if (png !== undefined) {
        const { neighbourPicture } = await import("../../train/index.ts");
        await writeWhole(
          png,
          await neighbourPicture(info, isImage ? { image: item } : { id: item }, found, options),
        );
      }
      output.result({ features, item, metric, search: searched, reason, neighbours: found }, () =>
        formatTable(
          [
            { title: "rank", align: "right" },
            { title: "id" },
            { title: "label" },
            { title: metric === "cosine" ? "1 − cosine" : "distance", align: "right" },
          ],
          found.map(({ rank, id, label, distance }) => [
            String(rank),
            id,
            label === undefined ? "" : String(label),
            distance.toPrecision(4),
          ]),
        ),
      );
    });

async function packageOption(path: string | undefined): Promise<{ readonly package?: string }> {
  if (path === undefined) return {};
  const folder = await findPackage(path);
  if (folder !== undefined) return { package: folder };
  throw new CommandError(
    `${path}: is no package and no run that has one; expected a folder with latentkit.json`,
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
