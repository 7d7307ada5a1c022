// Whole runs with pretraining and a classifier: what they leave, and that they survive being stopped anywhere.
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openSource } from "../../../data/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { evaluate, type RunEvent, type TrainConfigInput, train } from "../../../train/index.ts";
import { idxOfBytes } from "../../helpers/idx-files.ts";
import { repeat } from "../../helpers/repeat.ts";
import { writeSmallImages } from "../../helpers/small-images.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const ITEMS = 240;

/** Bars, labelled by whether they stand (0) or lie (1). */
async function writeLabelledImages(folder: string): Promise<string> {
  const path = await writeSmallImages(folder, ITEMS);
  const labels = Array.from({ length: ITEMS }, (_, n) => n % 2);
  await writeFile(join(folder, "small-labels-idx1-ubyte"), idxOfBytes([ITEMS], labels));
  return path;
}

const config = (data: string): TrainConfigInput => ({
  data,
  model: { hidden: [32], code: 16, activation: "sigmoid", codeActivation: "sigmoid" },
  corruption: { kind: "masking", strength: 0.2 },
  loss: "bce",
  batchSize: 30,
  optimizer: { learningRate: 0.01 },
  validation: { share: 0.25 },
  pretraining: { epochs: 4 },
  epochs: 2,
  classifier: { epochs: 8, hidden: [12], dropout: 0.1, corrupt: true },
  checkpoint: { everySeconds: 0.001 },
  threads: 1,
});

const linesOf = async (folder: string, name: string) =>
  (await readFile(join(folder, name), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("layers learn, the classifier is better than chance, and its package classifies", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeLabelledImages(folder);
  const longer = { ...config(data), classifier: { epochs: 60, hidden: [12], learningRate: 0.02 } };
  const run = await train(longer, { folder: join(folder, "run") });
  for (const phase of ["layer 1", "layer 2"]) {
    const losses = run.phaseHistory
      .filter((one) => one.phase === phase)
      .map(({ validationLoss }) => validationLoss);
    assert.equal(losses.length, 4);
    assert.ok((losses.at(-1) as number) < (losses[0] as number), `${phase}: ${losses}`);
  }
  const last = run.phaseHistory.at(-1);
  assert.equal(last?.phase, "classifier");
  assert.ok((last?.accuracy as number) > 0.8, `accuracy ${last?.accuracy} of the validation items`);
  assert.deepEqual(await linesOf(run.folder, "phases.jsonl"), JSON.parse(JSON.stringify(run.phaseHistory)));
  assert.equal((await linesOf(run.folder, "history.jsonl")).length, 2);

  const runtime = await loadRuntime(run.package.folder, { inline: true });
  const dataset = await openSource(data);
  const { labels, probabilities } = await runtime.classify(await dataset.read(0, ITEMS));
  assert.deepEqual(runtime.info.classes, ["0", "1"]);
  const right = labels.filter((label, n) => Number(label) === dataset.labels?.[n]).length;
  assert.ok(right > 0.8 * ITEMS, `${right} of ${ITEMS}`);
  for (let n = 0; n < ITEMS; n++) {
    const sum = (probabilities.data[2 * n] as number) + (probabilities.data[2 * n + 1] as number);
    assert.ok(Math.abs(sum - 1) < 1e-5);
  }
  await runtime.dispose();

  const { systems, notes } = await evaluate(run.package.folder, { test: data, metrics: ["classifier"] });
  assert.deepEqual([systems.autoencoder.classifierAccuracy, notes], [right / ITEMS, []]);
});

test("a fresh encoder leaves the classifier nothing of the autoencoder, a frozen one all of it", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeLabelledImages(folder);
  const first = async (name: string, classifier: TrainConfigInput["classifier"]) => {
    const run = await train(
      { ...config(data), pretraining: { epochs: 1 }, classifier: { epochs: 1, ...classifier } },
      { folder: join(folder, name) },
    );
    return run.phaseHistory.at(-1)?.loss as number;
  };
  const [trained, fresh, frozen] = [
    await first("trained", {}),
    await first("fresh", { encoder: "fresh" }),
    await first("frozen", { freeze: true }),
  ];
  assert.equal(new Set([trained, fresh, frozen]).size, 3, "three ways to start and go on");
});

/** Trains to the end, stopped at each leg's 13th checkpoint; gives the phases it was stopped in. */
async function trainInLegs(data: string, folder: string): Promise<ReadonlySet<string>> {
  const stoppedIn = new Set<string>();
  for (;;) {
    const controller = new AbortController();
    let checkpoints = 0;
    let phase = "";
    const onEvent = (event: RunEvent) => {
      if (event.type === "step" || event.type === "epoch") phase = event.phase;
      if (event.type === "checkpoint" && ++checkpoints === 13) controller.abort();
    };
    const options = { folder, existing: "resume", signal: controller.signal, onEvent } as const;
    const ended = await train(config(data), options).then(
      () => true,
      (error) => {
        assert.equal(error.name, "StoppedError");
        stoppedIn.add(phase);
        return false;
      },
    );
    if (ended) return stoppedIn;
  }
}

test("a run stopped and resumed in every phase ends bit for bit as an unbroken one", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeLabelledImages(folder);
  await train(config(data), { folder: join(folder, "whole") });
  const losses = async (run: string) =>
    (await linesOf(join(folder, run), "phases.jsonl")).map(({ phase, epoch, loss, accuracy }) => [
      ...[phase, epoch, loss, accuracy],
    ]);
  const stoppedIn = await repeat(
    async (number) => {
      const broken = `broken-${number}`;
      const phases = await trainInLegs(data, join(folder, broken));
      for (const file of ["encoder.onnx", "decoder.onnx", "classifier.onnx"]) {
        const bytes = (run: string) => readFile(join(folder, run, "package", file));
        assert.deepEqual(await bytes(broken), await bytes("whole"), file);
      }
      assert.deepEqual(await losses(broken), await losses("whole"));
      return phases;
    },
    { while: (phases) => !phases.has("classifier") || phases.size < 3 },
  );
  assert.ok(stoppedIn.has("classifier"), `stopped in ${[...stoppedIn].join(", ")}`);
  assert.ok(stoppedIn.size >= 3, `stopped in ${[...stoppedIn].join(", ")}`);
});

const refused: readonly (readonly [string, TrainConfigInput, string])[] = [
  [
    "pretraining of convolutions",
    { model: { architecture: "conv" }, pretraining: { epochs: 1 } },
    "config: pretraining.epochs is 1; expected 0 with model.architecture conv: layers of dense are pretrained",
  ],
  [
    "pretraining with batch normalization",
    { model: { batchNorm: true }, pretraining: { epochs: 1 } },
    "config: pretraining.epochs is 1; expected 0 with model.batchNorm: a layer is pretrained without its neighbours",
  ],
  [
    "rectangles in upper layers",
    { corruption: { kind: "rectangle" }, pretraining: { epochs: 1 } },
    'config: corruption.kind is "rectangle"; expected another with pretraining, whose upper layers have no images to cover',
  ],
  [
    "corrupting without a corruption",
    { classifier: { epochs: 1, corrupt: true } },
    "config: classifier.corrupt is true; expected false without a corruption",
  ],
  [
    "dropout where there is nothing to drop",
    { model: { architecture: "linear" }, classifier: { epochs: 1, dropout: 0.5 } },
    "config: classifier.dropout is 0.5; expected 0 with model.architecture linear and no classifier.hidden, which have no hidden units to drop",
  ],
  [
    "a share of no labels",
    { classifier: { epochs: 1, labels: 0 } },
    "config: classifier.labels is 0; expected a share above 0, at most 1",
  ],
];

for (const [what, wrong, message] of refused) {
  test(`${what} is refused before any work starts`, async () => {
    await assert.rejects(train(wrong, { folder: "never-made" }), { name: "ConfigError", message });
  });
}

const misfits: readonly [string, TrainConfigInput, string][] = [
  ["a classifier without labels", { classifier: { epochs: 1 } }, "config: classifier.epochs is above 0"],
  [
    "strides that do not divide the images",
    { model: { architecture: "conv", strides: [3, 2] } },
    "config: model.strides are 3, 2; expected strides that divide the items' 8×8",
  ],
  [
    "more kept units than the maps have",
    {
      model: { architecture: "conv", filters: [2], strides: 8, code: "maps" },
      penalty: { kind: "topk", k: 3 },
    },
    "config: penalty.k is 3; expected at most the code's 2 units",
  ],
  [
    "signals' layers on images",
    { model: { architecture: "conv1d" } },
    'config: model.architecture is "conv1d", and items have shape [8, 8, 1]',
  ],
  [
    "a rectangle larger than the images",
    { corruption: { kind: "rectangle", strength: [9, 9] } },
    "config: corruption.strength",
  ],
];

test("what the items do not allow is refused before an earlier run of the folder is overwritten", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder, 20);
  const out = join(folder, "run");
  await train({ data, model: { hidden: [], code: 2 }, epochs: 1, threads: 1 }, { folder: out });
  const before = await readdir(out, { recursive: true });
  for (const [what, wrong, start] of misfits) {
    await assert.rejects(
      train({ data, ...wrong }, { folder: out, existing: "overwrite" }),
      (error: Error) => {
        assert.equal(error.name, "ConfigError", what);
        assert.ok(error.message.startsWith(start), `${what}: ${error.message}`);
        return true;
      },
    );
    assert.deepEqual(await readdir(out, { recursive: true }), before, what);
  }
});
