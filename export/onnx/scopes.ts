// Tells the recorder which layer is being executed, so that nodes and errors can name it.
import * as tf from "@tensorflow/tfjs";
import type { GraphBuilder } from "./graph/builder.ts";

/** The parts of a layer that matter here; wrappers (Bidirectional, TimeDistributed) hold further layers. */
interface LayerLike {
  readonly name: string;
  call(inputs: unknown, kwargs: unknown): unknown;
  readonly layer?: unknown;
  readonly forwardLayer?: unknown;
  readonly backwardLayer?: unknown;
  readonly layers?: unknown;
}

/** Runs `body`; while a layer of the model (nested ones too) is called, `g.scope` is that layer's name. */
export function scopeLayers<T>(model: tf.LayersModel, g: GraphBuilder, body: () => T): T {
  const wrapped: LayerLike[] = [];
  for (const layer of layersWithin(model)) {
    const original = layer.call;
    layer.call = function (this: LayerLike, inputs, kwargs) {
      const outer = g.scope;
      g.scope = layer.name;
      try {
        return original.call(this, inputs, kwargs);
      } finally {
        g.scope = outer;
      }
    };
    wrapped.push(layer);
  }
  try {
    return body();
  } finally {
    // The wrapper is the layer's own property; without it the class's method shows again.
    for (const layer of wrapped) Reflect.deleteProperty(layer, "call");
  }
}

function layersWithin(model: tf.LayersModel): Set<LayerLike> {
  const found = new Set<LayerLike>();
  const visit = (value: unknown) => {
    if (!(value instanceof tf.layers.Layer)) return;
    const layer = value as unknown as LayerLike;
    if (found.has(layer)) return;
    // A nested model is named by its layers.
    if (!(value instanceof tf.LayersModel)) found.add(layer);
    for (const inner of [layer.layer, layer.forwardLayer, layer.backwardLayer]) visit(inner);
    if (Array.isArray(layer.layers)) layer.layers.forEach(visit);
  };
  visit(model);
  return found;
}
