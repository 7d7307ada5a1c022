// Measures the networks after each epoch, on items that stay the same.
import { batches, type Dataset, itemSize, permutation, seededRandom, subset } from "../../data/index.ts";
import { toUnitRange } from "./scale.ts";
import type { Trainer } from "./trainer.ts";

/** Items that are measured where none are kept for validation. */
const SAMPLE = 1000;
/** Tells the sample's draw from others of the same seed. */
const STREAM = 0x5a3b1e;

export interface Measures {
  /** Units that are active on an item, mean over items. */
  readonly l0: number;
  /** Share of the code's units that are active on none of the items. */
  readonly deadUnits: number;
  /** 1 − residual / total variance: 1 is perfect, 0 no better than the mean item. */
  readonly explainedVariance: number;
  /** Cosine of the angle between an item and its reconstruction, mean over items. */
  readonly cosine: number;
}

/** The items measured: the validation's, or a sample of those trained on. */
export function monitored(training: Dataset, validation: Dataset | undefined, seed: number): Dataset {
  if (validation) return validation;
  if (training.length <= SAMPLE) return training;
  const order = permutation(training.length, seededRandom(seed, STREAM));
  return subset(training, order.slice(0, SAMPLE).sort(), `${training.name} (sample)`);
}

/** Mean loss, with the share of items whose class is found (classifiers), or what the code is like (autoencoders). */
export interface MonitoredMeans {
  readonly loss: number;
  readonly accuracy: number | null;
  readonly code: Measures | null;
}

export class Monitor {
  private readonly dataset: Dataset;
  private readonly batchSize: number;
  /** Of the items themselves, squared and summed; known once they have all been seen. */
  private variance: number | undefined;

  constructor(dataset: Dataset, batchSize: number) {
    this.dataset = dataset;
    this.batchSize = batchSize;
  }

  async measure(trainer: Trainer): Promise<MonitoredMeans> {
    const { length, shape, range } = this.dataset;
    const sums = { loss: 0, accuracy: 0, active: 0, residual: 0, cosine: 0 };
    let classifies = false;
    const everActive: Float32Array[] = [];
    const variance = this.variance === undefined ? new Variance(itemSize(shape)) : undefined;
    for await (const raw of batches(this.dataset, { batchSize: this.batchSize })) {
      const { loss, accuracy, code } = await trainer.measure(raw);
      const count = raw.indices.length;
      sums.loss += loss * count;
      sums.accuracy += (accuracy ?? 0) * count;
      classifies ||= accuracy !== undefined;
      if (!code) continue;
      sums.active += code.active * count;
      sums.cosine += code.cosine * count;
      sums.residual += code.residual;
      everActive.push(code.everActive);
      variance?.add(toUnitRange(raw.data, range));
    }
    const loss = sums.loss / length;
    const accuracy = classifies ? sums.accuracy / length : null;
    if (everActive.length === 0) return { loss, accuracy, code: null };
    this.variance ??= variance?.total() ?? 0;
    const units = everActive[0]?.length ?? 0;
    const alive = Array.from({ length: units }, (_, unit) => everActive.some((active) => active[unit]));
    const code: Measures = {
      l0: sums.active / length,
      deadUnits: alive.filter((isAlive) => !isAlive).length / units,
      explainedVariance: explained(sums.residual, this.variance),
      cosine: sums.cosine / length,
    };
    return { loss, accuracy, code };
  }
}

/** Items that are all alike have no variance to explain: a perfect reconstruction is then 1, any other 0. */
function explained(residual: number, variance: number): number {
  if (variance > 0) return 1 - residual / variance;
  return residual === 0 ? 1 : 0;
}

/** Σ(x - mean)² over items and elements, the mean being each element's. */
class Variance {
  private readonly sums: Float64Array;
  private readonly squares: Float64Array;
  private items = 0;

  constructor(size: number) {
    this.sums = new Float64Array(size);
    this.squares = new Float64Array(size);
  }

  add(items: Float32Array): void {
    const size = this.sums.length;
    for (let i = 0; i < items.length; i++) {
      const value = items[i] as number;
      this.sums[i % size] = (this.sums[i % size] as number) + value;
      this.squares[i % size] = (this.squares[i % size] as number) + value * value;
    }
    this.items += items.length / size;
  }

  total(): number {
    return this.sums.reduce((all, sum, i) => all + (this.squares[i] as number) - sum ** 2 / this.items, 0);
  }
}
