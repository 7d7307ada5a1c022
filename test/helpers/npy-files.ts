// .npy files made byte by byte, without the code under test.

export interface NpyParts {
  readonly descr: string;
  readonly shape: string;
  readonly order?: "True" | "False";
  readonly version?: 1 | 2 | 3;
}

/** A file whose header, padded with spaces as NumPy does, is followed by these bytes. */
export function npyBytes(
  { descr, shape, order = "False", version = 1 }: NpyParts,
  values: Uint8Array,
): Uint8Array {
  const fields = version === 1 ? 10 : 12;
  const dict = `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const length = Math.ceil((fields + dict.length + 1) / 64) * 64 - fields;
  const bytes = new Uint8Array(fields + length + values.length);
  bytes.set([0x93, ...Buffer.from("NUMPY"), version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, length, true);
  else view.setUint32(8, length, true);
  bytes.set(Buffer.from(`${dict.padEnd(length - 1)}\n`), fields);
  bytes.set(values, fields + length);
  return bytes;
}

/** A float32 file of rows. */
export function npyOfFloats(rows: readonly (readonly number[])[]): Uint8Array {
  const values = new Uint8Array(rows.length * (rows[0]?.length ?? 0) * 4);
  const view = new DataView(values.buffer);
  rows.flat().forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return npyBytes({ descr: "'<f4'", shape: `(${rows.length}, ${rows[0]?.length ?? 0})` }, values);
}
