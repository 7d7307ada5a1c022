// `latentkit export`: a tfjs model.json as an .onnx file.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import type { CopiedPackage } from "../../export/index.ts";
import type { CommandFactory } from "../cli/command.ts";
import { factor, inputOption, numberList } from "../cli/model-inputs.ts";
import { choice, realNumber } from "../cli/options.ts";
import { formatTable } from "../cli/table.ts";

export const exportCommand: CommandFactory = ({ output }) =>
  new Command("export")
    .description("Turn a tfjs model into an ONNX file checked against tfjs, or copy a run's package.")
    .argument(
      "<run | model.json>",
      "a run folder, or a tfjs layers or graph model (or the folder it lies in)",
    )
    .requiredOption(
      "--out <file | folder>",
      "where the .onnx file goes (in a folder it is model.onnx), or the package",
    )
    .option("--register <module>", "a module that registers the model's own layer classes")
    .option(
      "--input <name:shape[:dtype]>",
      "shape of one input, a name for each free dimension; may be repeated",
      inputOption,
    )
    .option("--output-names <a,b>", "names of the outputs, in the model's order", names)
    .option("--scale <n>", "factor on the raw input, 1/255 for bytes", factor("--scale"))
    .option("--mean <n,…>", "subtracted after scaling: one number, or one per channel", numberList("--mean"))
    .option("--std <n,…>", "divided by after the mean: one number, or one per channel", numberList("--std"))
    .option("--layout <layout>", "layout of the raw images: HWC or CHW", choice("--layout", ["HWC", "CHW"]))
    .option("--uint8", "take raw bytes")
    .option("--tolerance <n>", "allowed |difference| / (1 + |value|)", realNumber("--tolerance", { min: 0 }))
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  $ latentkit export runs/mnist --out web/model\n" +
        "  $ latentkit export model/model.json --out model.onnx\n" +
        "  $ latentkit export model --out web --uint8 --scale 1/255 --layout CHW\n" +
        "  $ latentkit export model --out speech.onnx --input frames:batch,time,40",
    )
    .action(async (source, options) => {
      if (await isRunFolder(source)) {
        const { copyPackage } = await import("../../export/index.ts");
        const copied = await copyPackage(join(source, "package"), options.out);
        return output.result(copied, () => describePackage(copied));
      }
      const { describeModel, exportModelFile } = await import("../cli/export-model.ts");
      const file = (await isFolder(source)) ? join(source, "model.json") : source;
      const report = await exportModelFile(file, options);
      output.result(report, () => describeModel(report));
    });

function describePackage({ folder, files }: CopiedPackage): string {
  const rows = files.map(({ role, path, bytes }) => [role, path, bytes.toLocaleString("en")]);
  const columns = [{ title: "role" }, { title: "file" }, { title: "bytes", align: "right" }] as const;
  return `${formatTable(columns, rows)}\n\npackage   ${folder}`;
}

async function isRunFolder(path: string): Promise<boolean> {
  return isFolder(join(path, "package"));
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function names(text: string): readonly string[] {
  return text.split(",").map((name) => name.trim());
}
