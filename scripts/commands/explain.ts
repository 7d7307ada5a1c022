// `latentkit explain`: layers as matrices, on small examples that are checked as they are shown.
import { Argument, Command } from "@commander-js/extra-typings";
import type { Explanation, TransposeOptions } from "../../train/explain/index.ts";
import type { CommandFactory } from "../cli/command.ts";
import { CommandError, UsageError } from "../cli/errors.ts";
import { wholeNumber } from "../cli/options.ts";

const topics = ["transpose", "unpool"] as const;

const help = `
Topics:
  transpose   a convolution as a matrix X, and the transposed convolution as its transpose
  unpool      the three ways a convolutional decoder makes maps larger, each as a matrix

Each example is computed three times: by tfjs, by ONNX Runtime from the exported graph, and as a plain product with
the matrix. The exit status is 1 where they differ by more than rounding.

Examples:
  $ latentkit explain transpose
  $ latentkit explain transpose --size 5 --kernel 2 --stride 2
  $ latentkit explain unpool`;

export const explain: CommandFactory = ({ output }) =>
  new Command("explain")
    .description("Show what a layer does as a matrix, on a small example.")
    .addArgument(new Argument("<topic>", "what to explain").choices(topics))
    .option(
      "--size <n>",
      "transpose: side of the input (default: 4)",
      wholeNumber("--size", { min: 2, max: 6 }),
    )
    .option(
      "--kernel <n>",
      "transpose: side of the kernel (default: 3)",
      wholeNumber("--kernel", { min: 1, max: 6 }),
    )
    .option(
      "--stride <n>",
      "transpose: stride (default: 1, then 2)",
      wholeNumber("--stride", { min: 1, max: 3 }),
    )
    .addHelpText("after", help)
    .action(async (topic, options) => {
      checkOptions(topic, options);
      const explanation = await explanationOf(topic, options);
      const { describeExplanation } = await import("../cli/explanation.ts");
      output.result(explanation, () => describeExplanation(explanation));
      checkAgreement(explanation);
    });

async function explanationOf(
  topic: (typeof topics)[number],
  options: TransposeOptions,
): Promise<Explanation> {
  // Loaded here, so that no other command waits for it.
  const tf = await import("@tensorflow/tfjs");
  // Its advice to install tfjs-node is of no use here.
  tf.enableProdMode();
  const { explainTranspose, explainUnpool } = await import("../../train/explain/index.ts");
  return topic === "transpose" ? explainTranspose(options) : explainUnpool();
}

function checkOptions(topic: (typeof topics)[number], options: TransposeOptions): void {
  const [given] = Object.keys(options);
  if (topic !== "transpose" && given)
    throw new UsageError(`option --${given}: is for transpose, not ${topic}`);
  const { size = 4, kernel = 3 } = options;
  if (kernel > size)
    throw new UsageError(`option --kernel: expected at most --size, ${size}, got "${kernel}"`);
}

/** Throws where tfjs or ONNX Runtime gave something else than the matrix. */
export function checkAgreement({ topic, sections }: Explanation): void {
  const wrong = sections.flatMap(({ checks }) => checks).find(({ agrees }) => !agrees);
  if (!wrong) return;
  const { program, tfjs, onnx } = wrong;
  throw new CommandError(
    `explain ${topic}: ${program} differs from its matrix by ${tfjs} in tfjs and ${onnx} in ONNX Runtime; ` +
      "expected rounding only",
  );
}
