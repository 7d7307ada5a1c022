// Raw values brought to the range that models compute in.

/** Values brought linearly from a dataset's range to [0, 1]. */
export function toUnitRange(
  data: Uint8Array | Float32Array,
  [low, high]: readonly [number, number],
): Float32Array<ArrayBuffer> {
  const scale = 1 / (high - low);
  const scaled = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) scaled[i] = ((data[i] as number) - low) * scale;
  return scaled;
}
