// Walks the layers of a model, and refuses those whose work no graph can hold.
import * as tf from "@tensorflow/tfjs";
import { ExportArgumentError } from "./errors.ts";

/** The parts of a layer that matter here; wrappers (Bidirectional, TimeDistributed) hold further layers. */
export interface LayerLike {
  readonly name: string;
  call(inputs: unknown, kwargs: unknown): unknown;
  getClassName(): string;
  readonly layer?: unknown;
  readonly forwardLayer?: unknown;
  readonly backwardLayer?: unknown;
  readonly layers?: unknown;
  /** Recurrent layers that keep their state from one call to the next. */
  readonly stateful?: boolean;
  /** Layers that draw random numbers at inference, too. */
  readonly randomGenerator?: unknown;
}

/** All layers of a model, those of nested models and wrappers too, without the models themselves. */
export function layersWithin(model: tf.LayersModel): ReadonlySet<LayerLike> {
  const found = new Set<LayerLike>();
  const visited = new Set<unknown>();
  const visit = (value: unknown) => {
    if (!(value instanceof tf.layers.Layer) || visited.has(value)) return;
    visited.add(value);
    const layer = value as unknown as LayerLike;
    // A nested model is named by its layers.
    if (!(value instanceof tf.LayersModel)) found.add(layer);
    for (const inner of [layer.layer, layer.forwardLayer, layer.backwardLayer]) visit(inner);
    if (Array.isArray(layer.layers)) layer.layers.forEach(visit);
  };
  visit(model);
  return found;
}

/** Throws ExportArgumentError for a layer whose result depends on more than its inputs and weights. */
export function refuseLayers(model: tf.LayersModel): void {
  for (const layer of layersWithin(model)) {
    const who = `layer "${layer.name}" (${layer.getClassName()})`;
    if (layer.stateful) {
      throw new ExportArgumentError(
        `${who} keeps its state from one call to the next, an ONNX model doesn't: build it with stateful: false`,
      );
    }
    if (layer.randomGenerator !== undefined) {
      throw new ExportArgumentError(
        `${who} draws new random numbers in every call, an ONNX model can't: leave it out of what is exported`,
      );
    }
  }
}
