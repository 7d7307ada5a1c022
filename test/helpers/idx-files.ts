// IDX files made byte by byte, without the code under test.

/** `values` are written one by one with `write`; dimensions as uint32, big-endian. */
export function idxBytes(
  code: number,
  dimensions: readonly number[],
  bytesPerValue: number,
  values: readonly number[],
  write: (view: DataView, offset: number, value: number) => void,
): Uint8Array {
  const offset = 4 + 4 * dimensions.length;
  const bytes = new Uint8Array(offset + bytesPerValue * values.length);
  bytes.set([0, 0, code, dimensions.length]);
  const view = new DataView(bytes.buffer);
  dimensions.forEach((dimension, i) => {
    view.setUint32(4 + 4 * i, dimension, false);
  });
  values.forEach((value, i) => {
    write(view, offset + bytesPerValue * i, value);
  });
  return bytes;
}

/** An IDX file of bytes. */
export function idxOfBytes(dimensions: readonly number[], values: readonly number[]): Uint8Array {
  return idxBytes(0x08, dimensions, 1, values, (view, offset, value) => view.setUint8(offset, value));
}
