// The items that an evaluation is made with: those the model was trained on, and those it is tested on.
import { type Dataset, openSource, split } from "../../data/index.ts";
import type { Manifest } from "../../runtime/index.ts";
import { EvaluationError } from "../errors.ts";
import { toUnitRange } from "../run/scale.ts";

/** Items read at once. */
const BLOCK = 2000;

export interface Sets {
  readonly train: Dataset | undefined;
  readonly test: Dataset;
  /** Of the test items, numbered as the training set's; there where both have labels. */
  readonly testLabels: Int32Array | undefined;
  close(): Promise<void>;
}

export interface SetsRequest {
  readonly manifest: Manifest;
  /** Sources; what is not given follows from the config the model was trained with. */
  readonly train?: string | undefined;
  readonly test?: string | undefined;
  /** Test on the training items where there are no others. Default false. */
  readonly orTrain?: boolean;
}

/** What a package tells of the config it was trained with, if it does. */
interface TrainedWith {
  readonly data?: string;
  readonly share: number;
  readonly seed: number;
  readonly skipBad: boolean;
}

/**
 * Training items are those of the config, without what was kept for validation. Test items, unless told: `mnist:test` for
 * MNIST and `speech:test` for speech, else those kept for validation.
 *
 * @throws EvaluationError where there is nothing to test on, or items are not what the model takes
 */
export async function openSets({
  manifest,
  train: trainSource,
  test: testSource,
  orTrain = false,
}: SetsRequest): Promise<Sets> {
  const trained = trainedWith(manifest);
  const options = trained.skipBad ? { skipBad: true } : {};
  const opened: Dataset[] = [];
  const open = async (source: string) => {
    const dataset = await openSource(source, options);
    opened.push(dataset);
    checkItems(dataset, manifest);
    return dataset;
  };
  const close = async () => {
    for (const dataset of opened) await dataset.close?.();
  };
  try {
    const data = trainSource ?? trained.data;
    const whole = data === undefined ? undefined : await open(data);
    const parts =
      whole && trainSource === undefined && trained.share > 0
        ? split(whole, { validation: trained.share, seed: trained.seed })
        : { train: whole, validation: undefined };
    const other = testSource ?? (data === undefined ? undefined : testPartOf(data));
    const held = parts.validation ?? (orTrain ? parts.train : undefined);
    const test = other === undefined ? held : await open(other);
    if (!test) {
      throw new EvaluationError(
        `${manifest.name}: was trained on all of ${data ?? "a source that its package does not name"}; ` +
          "expected a source of other items to test on, or a run with validation.share above 0",
      );
    }
    return { train: parts.train, test, testLabels: alignLabels(parts.train, test), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Of sources that have one, with the same options. */
function testPartOf(source: string): string | undefined {
  const [, name, options = ""] = /^(mnist|speech)(?::train)?(\?.*)?$/.exec(source) ?? [];
  return name && `${name}:test${options}`;
}

function trainedWith({ training }: Manifest): TrainedWith {
  const config = object(training.config);
  const share = object(config.validation).share;
  return {
    ...(typeof config.data === "string" && { data: config.data }),
    share: typeof share === "number" ? share : 0,
    seed: typeof config.seed === "number" ? config.seed : 0,
    skipBad: config.skipBad === true,
  };
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function checkItems({ name, shape, dtype }: Dataset, { name: model, input }: Manifest): void {
  if (shape.join() === input.shape.join() && dtype === input.dtype) return;
  throw new EvaluationError(
    `${name}: holds ${dtype} items of [${shape.join(", ")}]; expected ${input.dtype} items of ` +
      `[${input.shape.join(", ")}], which model ${JSON.stringify(model)} takes`,
  );
}

/** Two folders may number the same classes differently: by name, where both have names. */
function alignLabels(train: Dataset | undefined, test: Dataset): Int32Array | undefined {
  if (!test.labels) return undefined;
  const [known, names] = [train?.classNames, test.classNames];
  if (!known || !names) return Int32Array.from(test.labels);
  return Int32Array.from(test.labels, (label) => {
    const number = known.indexOf(names[label] ?? "");
    return number >= 0 ? number : known.length + label;
  });
}

export interface ItemBlock {
  /** As stored. */
  readonly raw: Uint8Array | Float32Array;
  /** In [0, 1] by the model's range. */
  readonly rows: Float32Array;
  readonly start: number;
  readonly end: number;
}

/** All items of a dataset, block after block. */
export async function* itemBlocks(dataset: Dataset, { input }: Manifest): AsyncGenerator<ItemBlock> {
  for (let start = 0; start < dataset.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, dataset.length);
    const raw = await dataset.read(start, end);
    yield { raw, rows: toUnitRange(raw, input.range), start, end };
  }
}
