// What a package's graphs compute, as functions that both tfjs and the exporter run.
import * as tf from "@tensorflow/tfjs";
import type { Dataset } from "../../data/index.ts";
import type { InputSpec } from "../../export/onnx/index.ts";
import type { PackageGraph } from "../../export/package/index.ts";
import type { Autoencoder } from "../architectures/index.ts";
import type { Classifier } from "../procedures/classifier.ts";

export interface Models {
  readonly autoencoder: Autoencoder;
  readonly classifier?: Classifier | undefined;
}

export interface GraphProgram {
  readonly role: PackageGraph["role"];
  /** `decoder` takes the encoder's outputs, the others take items [batch, ...shape], scaled to [0, 1]. */
  readonly inputs: readonly InputSpec[];
  readonly outputNames: readonly string[];
  /** A tensor for each of `outputNames`. */
  run(...inputs: tf.Tensor[]): tf.Tensor[];
}

/** Shapes, of one item, of the encoder's outputs: the code, then any switches. */
export function codeShapes({ encoder }: Autoencoder): number[][] {
  return encoder.outputs.map(({ shape }) => shape.slice(1) as number[]);
}

/** Encoder, decoder and, where there is one, classifier. Graphs scale raw items themselves, and end in the sigmoid, if any. */
export function programsOf({ autoencoder, classifier }: Models, dataset: Dataset): GraphProgram[] {
  const { encoder, decoder, itemShape, output } = autoencoder;
  const [codeShape = [], ...switchShapes] = codeShapes(autoencoder);
  const codes: InputSpec[] = [
    { name: "codes", shape: ["batch", ...codeShape] },
    ...switchShapes.map(
      (shape, i) => ({ name: `switches_${i}`, shape: ["batch", ...shape], dtype: "int32" }) as const,
    ),
  ];
  const items = [rawItems(dataset)];
  const encoded = (model: tf.LayersModel, x: tf.Tensor) =>
    [model.apply(x.reshape([-1, ...itemShape]), { training: false })].flat() as tf.Tensor[];
  const programs: GraphProgram[] = [
    {
      role: "encoder",
      inputs: items,
      outputNames: codes.map(({ name }) => name as string),
      run: (x) => encoded(encoder, x as tf.Tensor),
    },
    {
      role: "decoder",
      inputs: codes,
      outputNames: ["reconstruction"],
      run: (...given) => {
        const values = decoder.apply(given.length > 1 ? given : (given[0] as tf.Tensor)) as tf.Tensor;
        return [(output === "sigmoid" ? tf.sigmoid(values) : values).reshape([-1, ...dataset.shape])];
      },
    },
  ];
  if (!classifier) return programs;
  const classify = (x: tf.Tensor) => {
    const [code] = encoded(classifier.encoder, x);
    return tf.softmax(classifier.head.apply(code as tf.Tensor, { training: false }) as tf.Tensor);
  };
  return [
    ...programs,
    {
      role: "classifier",
      inputs: items,
      outputNames: ["probabilities"],
      run: (x) => [classify(x as tf.Tensor)],
    },
  ];
}

/** Raw values, brought to [0, 1] inside the graph. */
function rawItems({ shape, dtype, range: [low, high] }: Dataset): InputSpec {
  return {
    name: "input",
    shape: ["batch", ...shape],
    // Subtracted before anything else: values that lie close together, far from 0, would lose digits otherwise.
    preprocess: low === 0 ? { dtype, scale: 1 / high } : { dtype, mean: low, std: high - low },
  };
}
