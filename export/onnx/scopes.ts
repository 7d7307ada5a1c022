// Tells the recorder which layer is being executed, so that nodes and errors can name it.
import type * as tf from "@tensorflow/tfjs";
import type { GraphBuilder } from "./graph/builder.ts";
import { type LayerLike, layersWithin } from "./layers.ts";

/** Runs `body`; while a layer of the model (nested ones too) is called, `g.scope` is that layer's name. */
export function scopeLayers<T>(model: tf.LayersModel, g: GraphBuilder, body: () => T): T {
  const restore: (() => void)[] = [];
  for (const layer of layersWithin(model)) {
    const original = layer.call;
    // The wrapper is the layer's own property; without it the class's method shows again.
    restore.push(
      Object.hasOwn(layer, "call")
        ? () => {
            layer.call = original;
          }
        : () => Reflect.deleteProperty(layer, "call"),
    );
    layer.call = function (this: LayerLike, inputs, kwargs) {
      const outer = g.scope;
      g.scope = layer.name;
      try {
        return original.call(this, inputs, kwargs);
      } finally {
        g.scope = outer;
      }
    };
  }
  try {
    return body();
  } finally {
    for (const one of restore) one();
  }
}
