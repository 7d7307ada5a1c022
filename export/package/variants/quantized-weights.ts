// Weights as bytes, with a scale for each output channel.

/**
 * The byte that stands for zero. Bytes are unsigned because x86 processors without VNNI add products with signed ones in
 * 16 bits, where they do not always fit: results would depend on the machine. And ONNX Runtime's ConvInteger wants one
 * zero for all channels.
 */
export const ZERO = 128;

export interface QuantizedWeights {
  readonly values: Uint8Array;
  /** One number per channel: a weight is about (value - ZERO) × scale, wrong by half a scale at most. */
  readonly scales: Float32Array;
}

/** @param channelOf the output channel of a flat index */
export function quantizeWeights(
  weights: Float32Array,
  channels: number,
  channelOf: (index: number) => number,
): QuantizedWeights {
  const scales = new Float32Array(channels);
  weights.forEach((weight, i) => {
    const channel = channelOf(i);
    scales[channel] = Math.max(scales[channel] as number, Math.abs(weight) / 127);
  });
  const values = Uint8Array.from(weights, (weight, i) => {
    const scale = scales[channelOf(i)] as number;
    return ZERO + (scale === 0 ? 0 : Math.round(weight / scale));
  });
  return { values, scales };
}
