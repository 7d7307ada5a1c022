// `latentkit export`: a tfjs model.json as an .onnx file, or a package in other precisions and layouts.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { LEAST_COSINE, variantDtypes } from "../../export/package/variants/dtypes.ts";
import type { CommandFactory } from "../cli/command.ts";
import { UsageError } from "../cli/errors.ts";
import { findPackage } from "../cli/find-package.ts";
import { factor, inputOption, numberList } from "../cli/model-inputs.ts";
import { choice, choices, realNumber } from "../cli/options.ts";

export const exportCommand: CommandFactory = ({ output }) =>
  new Command("export")
    .description(
      "Turn a tfjs model into an ONNX file checked against tfjs, or copy a package, in smaller form too.",
    )
    .argument(
      "<run | package | model.json>",
      "a run folder, a package, or a tfjs layers or graph model (or the folder it lies in)",
    )
    .requiredOption(
      "--out <file | folder>",
      "where the .onnx file goes (in a folder it is model.onnx), or the package",
    )
    .option(
      "--dtype <a,b>",
      "fp32 (always there), and smaller variants: fp16, q8",
      choices("--dtype", ["fp32", ...variantDtypes]),
    )
    .option(
      "--layout <layout>",
      "what a package becomes: latentkit, or transformers (a folder for transformers.js, with all dtypes unless told)",
      choice("--layout", ["latentkit", "transformers"]),
    )
    .option(
      "--samples <source>",
      "items on which a package's variants are compared (default: its training data)",
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
    .option(
      "--image-layout <layout>",
      "layout of the raw images: HWC or CHW",
      choice("--image-layout", ["HWC", "CHW"]),
    )
    .option("--uint8", "take raw bytes")
    .option("--tolerance <n>", "allowed |difference| / (1 + |value|)", realNumber("--tolerance", { min: 0 }))
    .addHelpText(
      "after",
      `\nA variant whose outputs have a mean cosine below ${LEAST_COSINE} with those of fp32 is refused.\n` +
        "\nExamples:\n" +
        "  $ latentkit export runs/mnist --out web/model\n" +
        "  $ latentkit export runs/mnist --out web/model --dtype fp16,q8\n" +
        "  $ latentkit export runs/mnist --out models/mnist --layout transformers\n" +
        "  $ latentkit export model/model.json --out model.onnx\n" +
        "  $ latentkit export model --out web --uint8 --scale 1/255 --image-layout CHW\n" +
        "  $ latentkit export model --out speech.onnx --input frames:batch,time,40",
    )
    .action(async (source, { dtype, samples, layout, ...options }) => {
      const dtypes = dtype && variantDtypes.filter((one) => dtype.includes(one));
      const folder = await findPackage(source);
      if (folder !== undefined) {
        const { out, ...ofModels } = options;
        refuse(ofModels, `is for tfjs models; ${folder} is a package`);
        if (layout === "transformers") {
          const { describeTransformers, exportTransformers } = await import("../cli/export-transformers.ts");
          const written = await exportTransformers(folder, { out, dtypes, samples }, output.message);
          return output.result(written, () => describeTransformers(written));
        }
        const { describePackage, exportPackage } = await import("../cli/export-package.ts");
        const report = await exportPackage(folder, { out, dtypes: dtypes ?? [], samples }, output.message);
        return output.result(report, () => describePackage(report));
      }
      refuse({ samples, layout }, `is for packages; ${source} is none`);
      const { describeModel, exportModelFile } = await import("../cli/export-model.ts");
      const file = (await isFolder(source)) ? join(source, "model.json") : source;
      const report = await exportModelFile(file, { ...options, ...(dtypes && { dtypes }) });
      output.result(report, () => describeModel(report));
    });

/** An option that would have no effect is a mistake. */
function refuse(options: Readonly<Record<string, unknown>>, why: string): void {
  const given = Object.entries(options).find(([, value]) => value !== undefined);
  if (!given) return;
  const option = given[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`option --${option}: ${why}`);
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
