// Every preset, from real items to a package that gives what tfjs gives: one file, called once per engine.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { itemSize, openSource, subset } from "../../../data/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { requirements } from "../../../scripts/setup/requirements.ts";
import { buildAutoencoder } from "../../../train/architectures/index.ts";
import type { Engine } from "../../../train/engine/index.ts";
import { preset, presetNames, resolveConfig, type TrainConfig } from "../../../train/index.ts";
import { autoencoding } from "../../../train/objectives/autoencoding.ts";
import { packageModels } from "../../../train/package.ts";
import { RandomTables, StepRandom } from "../../../train/random/step-random.ts";
import { standardScale } from "../../../train/run/standard-scale.ts";
import { initialState } from "../../../train/run/state.ts";
import { moveToCpu } from "../../../train/run/tensors.ts";
import { Trainer } from "../../../train/run/trainer.ts";
import { onCpu } from "../../helpers/kernels.ts";
import { skipWithout } from "../../helpers/requirements.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const BATCH = 8;
const BATCHES = 2;
const EPOCHS = 8;
/** Of the items taken: recordings begin with silence. */
const FIRST = 1000;

export interface SuiteOptions {
  /** Why the engine is not here, or false. */
  readonly skip?: string | false;
  /** How steps end up running. */
  readonly mode: "compiled" | "eager";
}

/** Defines the suite for one engine, which `open` opens. */
export function presetSuite(name: string, open: () => Promise<Engine>, options: SuiteOptions): void {
  describe(`presets on the engine ${name}`, { skip: options.skip ?? false }, () => {
    let engine: Engine;
    before(async () => {
      engine = await open();
    });
    after(() => engine?.dispose());

    test("noise is made of the same uniform numbers as on tfjs-backend-cpu", async () => {
      const tables = new RandomTables(1);
      const draw = async (read: (x: tf.Tensor) => Promise<tf.TypedArray>) => {
        const keys = tables.keys(3);
        const drawn = new StepRandom(tables, keys).uniform([7, 131]);
        const values = Array.from(await read(drawn));
        tf.dispose([drawn, keys]);
        tables.dispose();
        return values;
      };
      const expected = await onCpu(() => draw((x) => x.data()));
      await engine.use();
      assert.deepEqual(await draw((x) => engine.read(x)), expected);
    });

    for (const presetName of presetNames()) {
      const whole = resolveConfig(preset(presetName));
      test(`${presetName} learns, is packaged, and reconstructs in the runtime as in tfjs`, {
        skip: skipWithoutData(whole.data),
      }, async (t) => {
        await engine.use();
        const source = await openSource(whole.data);
        t.after(() => source.close?.());
        const few = subset(
          source,
          Array.from({ length: BATCH * BATCHES }, (_, i) => FIRST + i),
        );
        const dataset = whole.scale === "standard" ? await standardScale(few) : few;
        const config = engine.isSoftware ? shrunk(whole) : whole;
        const autoencoder = await buildAutoencoder(config, dataset.shape);
        const objective = autoencoding(autoencoder, config, dataset.shape);
        const trainer = new Trainer(objective, dataset, config, engine);
        const losses: number[] = [];
        for (let step = 0; step < BATCHES * EPOCHS; step++) {
          const start = (step % BATCHES) * BATCH;
          const batch = await dataset.read(start, start + BATCH);
          const settings = { step, learningRate: 0.002, penaltyWeight: 1e-6 };
          losses.push((await trainer.train({ data: batch }, settings)).loss);
        }
        const ends = [losses.slice(0, BATCHES), losses.slice(-BATCHES)].map(
          (few) => few.reduce((sum, loss) => sum + loss, 0) / BATCHES,
        ) as [number, number];
        assert.ok(ends[1] < 0.97 * ends[0], `losses ${losses.join(", ")}`);
        assert.equal(trainer.mode().mode, options.mode);

        await moveToCpu(trainer.weights());
        trainer.dispose();
        const folder = join(await temporaryFolder(t), "package");
        const written = await packageModels({ autoencoder }, dataset, config, initialState(), {
          folder,
          engine: name,
        });
        assert.ok(written.parityMaxAbs <= 1e-4);

        const items = await dataset.read(3, 8);
        const [low, high] = dataset.range;
        const scaled = Float32Array.from(items, (value) => (value - low) / (high - low));
        const expected = tf.tidy(() => {
          const x = tf.tensor(scaled, [5, ...autoencoder.itemShape]);
          const given = [autoencoder.encoder.predict(x)].flat();
          const values = autoencoder.decoder.predict(given) as tf.Tensor;
          return (autoencoder.output === "sigmoid" ? values.sigmoid() : values).dataSync();
        });
        const runtime = await loadRuntime(folder, { inline: true });
        const { reconstruction, error } = await runtime.reconstruct(items);
        await runtime.dispose();
        assert.deepEqual([...reconstruction.shape], [5, ...dataset.shape]);
        const size = itemSize(dataset.shape);
        expected.forEach((value, i) => {
          assert.ok(Math.abs((reconstruction.data[i] as number) - value) < 1e-4);
        });
        error.forEach((one, item) => {
          const squares = Array.from(expected.slice(item * size, (item + 1) * size), (value, i) => {
            return (value - (scaled[item * size + i] as number)) ** 2;
          });
          assert.ok(Math.abs(one - squares.reduce((sum, square) => sum + square, 0) / size) < 1e-4);
        });
        tf.dispose([...objective.weights.values()]);
      });
    }
  });
}

function skipWithoutData(source: string): false | string {
  return source.startsWith("speech") ? skipWithout(requirements.recordedSpeech.find()) : false;
}

/** Most units of a code that a GPU's imitation on the CPU is given, and of those the most kept. */
const SOFTWARE = { code: 40, k: 25 };

/** The same kind of networks with few units: a GPU's imitation takes minutes for whole ones. */
function shrunk({ model, penalty, ...config }: TrainConfig): TrainConfig {
  const less = (counts: readonly number[]) => counts.map((count) => Math.ceil(count / 16));
  return {
    ...config,
    model: {
      ...model,
      ...("hidden" in model && { hidden: less(model.hidden) }),
      ...("filters" in model && { filters: less(model.filters) }),
      ...("code" in model && typeof model.code === "number" && { code: Math.min(model.code, SOFTWARE.code) }),
    } as TrainConfig["model"],
    penalty: penalty.kind === "topk" ? { ...penalty, k: Math.min(penalty.k, SOFTWARE.k) } : penalty,
  };
}
