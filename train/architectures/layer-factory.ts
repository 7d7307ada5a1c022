// Makes the layers of an architecture: seeded weights, and what goes around a hidden layer.
import * as tf from "@tensorflow/tfjs";
import type { Activation, ModelConfig } from "../config/model.ts";
import { StepDropout } from "../layers/dropout.ts";
import { TopK } from "../layers/top-k.ts";
import type { TopKUnits } from "./architecture.ts";

type InitializerName = Exclude<ModelConfig, { readonly architecture: "files" }>["initializer"];
type Initializer = ReturnType<typeof tf.initializers.glorotUniform>;

const initializers: Readonly<Record<InitializerName, (options: { seed: number }) => Initializer>> = {
  glorotUniform: tf.initializers.glorotUniform,
  glorotNormal: tf.initializers.glorotNormal,
  heUniform: tf.initializers.heUniform,
  heNormal: tf.initializers.heNormal,
  leCunUniform: tf.initializers.leCunUniform,
  leCunNormal: tf.initializers.leCunNormal,
};

export interface LayerOptions {
  readonly initializer: InitializerName;
  readonly dropout?: number;
  readonly batchNorm?: boolean;
}

/** What a layer with weights is told of itself; the factory adds the rest. */
export interface WeightedArguments {
  readonly name: string;
  readonly activation: Activation;
  readonly kernelInitializer: Initializer;
}

export class LayerFactory {
  private layerSeed: number;
  private readonly options: LayerOptions;

  constructor(seed: number, options: LayerOptions) {
    this.layerSeed = seed * 1000;
    this.options = options;
  }

  /** Each call has weights of its own. */
  kernelInitializer(): Initializer {
    return initializers[this.options.initializer]({ seed: this.layerSeed++ });
  }

  dense(units: number, name: string, activation: Activation): tf.layers.Layer {
    return tf.layers.dense({ units, name, activation, kernelInitializer: this.kernelInitializer() });
  }

  /** A hidden layer: what `make` makes, normalized and with dropout where the config says so. */
  hidden(
    name: string,
    activation: Activation,
    make: (args: WeightedArguments) => tf.layers.Layer,
  ): readonly tf.layers.Layer[] {
    const { batchNorm = false, dropout = 0 } = this.options;
    const kernelInitializer = this.kernelInitializer();
    const normalized = [
      make({ name, activation: "linear", kernelInitializer }),
      tf.layers.batchNormalization({ name: `${name}_norm` }),
      tf.layers.activation({ activation, name: `${name}_activation` }),
    ];
    return [
      ...(batchNorm ? normalized : [make({ name, activation, kernelInitializer })]),
      ...(dropout > 0 ? [new StepDropout({ rate: dropout, name: `${name}_dropout` })] : []),
    ];
  }

  /** What a code goes through last. */
  codeEnd(topK: TopKUnits | undefined): readonly tf.layers.Layer[] {
    return topK ? [new TopK({ ...topK, name: "code_top_k" })] : [];
  }
}

/** Layers one after the other. */
export function chain(input: tf.SymbolicTensor, layers: readonly tf.layers.Layer[]): tf.SymbolicTensor {
  return layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
}
