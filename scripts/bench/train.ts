// Training speed: LatentKit's compiled step beside tfjs's own backends, on the same tfjs code.
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { openSource } from "../../data/index.ts";
import { median } from "../../train/evaluation/median.ts";
import { compile, useOnnxEngine } from "../../train/index.ts";
import type { Benchmark, BenchRow } from "./benchmark.ts";
import { benchRow } from "./benchmark.ts";
import type { Measured } from "./compare.ts";

const BATCH = 128;
/** Steps of one measurement: a slow backend needs no more than one to be measured well. */
const STEPS = { onnx: 40, wasm: 4, cpu: 1 } as const;

type Engine = keyof typeof STEPS;

interface Subject {
  readonly name: string;
  readonly engines: readonly Engine[];
  readonly rounds: number;
  readonly build: () => tf.Sequential;
  readonly goals: Partial<Record<Engine, number>>;
}

const subjects: readonly Subject[] = [
  {
    name: "dense 784-512-128-32-128-512-784",
    engines: ["onnx", "wasm", "cpu"],
    rounds: 5,
    build: denseAutoencoder,
    goals: { wasm: 18, cpu: 60 },
  },
  {
    name: "convolutional 28×28",
    // tfjs-backend-wasm has no Conv2DBackpropFilter.
    engines: ["onnx", "cpu"],
    rounds: 3,
    build: convolutionalAutoencoder,
    goals: { cpu: 150 },
  },
];

export const train: Benchmark = {
  name: "train",
  description: "images/s in training: the onnx engine beside tfjs-backend-wasm and tfjs-backend-cpu",
  async run({ say, compare }) {
    tf.enableProdMode();
    const packageFile = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json");
    setWasmPaths(join(dirname(packageFile), "dist") + sep);
    const dataset = await openSource("mnist:train");
    const pixels = Float32Array.from(await dataset.read(0, BATCH), (byte) => byte / 255);
    const rows: BenchRow[] = [];
    for (const subject of subjects) {
      say(`${subject.name}, batch ${BATCH}, Adam, mse`);
      const trainers: [Engine, () => Promise<Sample>][] = [];
      // One after the other: tfjs has one current backend.
      for (const engine of subject.engines) trainers.push([engine, await trainer(engine, subject, pixels)]);
      const shares: number[] = [];
      const candidates = Object.fromEntries(
        trainers.map(([engine, run]) => [
          engine,
          async () => {
            const { imagesPerSecond, outside } = await run();
            if (outside !== undefined) shares.push(outside);
            return imagesPerSecond;
          },
        ]),
      );
      const measured: Record<string, Measured> = await compare({ rounds: subject.rounds, candidates });
      const ours = (measured.onnx as Measured).median;
      for (const engine of subject.engines) {
        if (engine === "onnx") continue;
        const limit = subject.goals[engine];
        rows.push(
          benchRow({
            metric: `${subject.name}, against tfjs ${engine}`,
            value: ours,
            unit: "images/s",
            baseline: (measured[engine] as Measured).median,
            ...(limit === undefined ? {} : { goal: { at: "least", limit } }),
          }),
        );
      }
      rows.push(
        benchRow({
          metric: `${subject.name}, outside session.run`,
          value: 100 * median(shares),
          unit: "% of a step",
          goal: { at: "most", limit: 15 },
        }),
      );
    }
    return rows;
  },
};

function denseAutoencoder(): tf.Sequential {
  const model = tf.sequential();
  const units = [512, 128, 32, 128, 512];
  units.forEach((size, i) => {
    const shape = i === 0 ? { inputShape: [784] } : {};
    model.add(tf.layers.dense({ units: size, activation: i === 2 ? "linear" : "relu", ...shape }));
  });
  model.add(tf.layers.dense({ units: 784, activation: "sigmoid" }));
  return model;
}

function convolutionalAutoencoder(): tf.Sequential {
  const model = tf.sequential();
  const step = { kernelSize: 3, strides: 2, padding: "same" } as const;
  model.add(tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 16, activation: "relu", ...step }));
  model.add(tf.layers.conv2d({ filters: 32, activation: "relu", ...step }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 32 }));
  model.add(tf.layers.dense({ units: 7 * 7 * 32, activation: "relu" }));
  model.add(tf.layers.reshape({ targetShape: [7, 7, 32] }));
  model.add(tf.layers.conv2dTranspose({ filters: 16, activation: "relu", ...step }));
  model.add(tf.layers.conv2dTranspose({ filters: 1, activation: "sigmoid", ...step }));
  return model;
}

interface Sample {
  readonly imagesPerSecond: number;
  /** Share of the time that was not spent inside session.run. */
  readonly outside: number | undefined;
}

/** Makes a function that trains some steps and measures them. Both backends run the same tfjs code. */
async function trainer(
  engine: Engine,
  subject: Subject,
  pixels: Float32Array,
): Promise<() => Promise<Sample>> {
  const compute = engine === "onnx" ? await useOnnxEngine() : undefined;
  await tf.setBackend(engine);
  const model = subject.build();
  const optimizer = tf.train.adam(1e-3);
  const itemShape = (model.inputs[0] as tf.SymbolicTensor).shape.slice(1) as number[];
  const minimize = (x: tf.Tensor) =>
    optimizer.minimize(
      () => tf.losses.meanSquaredError(x, model.apply(x, { training: true }) as tf.Tensor),
      true,
    );
  const step = engine === "onnx" ? compile(minimize) : (x: tf.Tensor) => [minimize(x) as tf.Tensor];
  return async () => {
    await tf.setBackend(engine);
    const runBefore = compute?.statistics.runMilliseconds ?? 0;
    const start = performance.now();
    for (let i = 0; i < STEPS[engine]; i++) {
      const x = tf.tensor(pixels, [BATCH, ...itemShape]);
      const [loss] = step(x);
      await loss?.data();
      tf.dispose([x, loss as tf.Tensor]);
    }
    const milliseconds = performance.now() - start;
    const inside = compute && compute.statistics.runMilliseconds - runBefore;
    return {
      imagesPerSecond: (1000 * BATCH * STEPS[engine]) / milliseconds,
      outside: inside === undefined ? undefined : 1 - inside / milliseconds,
    };
  };
}
