// Raw values brought to the range that models compute in.

/** Values brought linearly from a dataset's range to [0, 1], written to `scaled` where it is given. */
export function toUnitRange(
  data: Uint8Array | Float32Array,
  [low, high]: readonly [number, number],
  scaled = new Float32Array(data.length),
): Float32Array<ArrayBuffer> {
  const scale = 1 / (high - low);
  for (let i = 0; i < data.length; i++) scaled[i] = ((data[i] as number) - low) * scale;
  return scaled;
}
