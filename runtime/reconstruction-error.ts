// How far reconstructions are from their inputs.

/**
 * Mean squared error per item, in the model's range: raw values are mapped linearly from `rawRange` to `modelRange`
 * as the graph does, then compared value by value.
 *
 * @param raw `count` items of raw values, flat
 * @param reconstruction as many values, in `modelRange`
 */
export function itemErrors(
  raw: ArrayLike<number>,
  rawRange: readonly [number, number],
  reconstruction: ArrayLike<number>,
  modelRange: readonly [number, number],
  count: number,
): Float32Array<ArrayBuffer> {
  const scale = (modelRange[1] - modelRange[0]) / (rawRange[1] - rawRange[0]);
  const shift = modelRange[0] - rawRange[0] * scale;
  const size = raw.length / count;
  const errors = new Float32Array(count);
  let i = 0;
  for (let item = 0; item < count; item++) {
    let sum = 0;
    for (const end = i + size; i < end; i++) {
      const difference = (raw[i] as number) * scale + shift - (reconstruction[i] as number);
      sum += difference * difference;
    }
    errors[item] = sum / size;
  }
  return errors;
}
