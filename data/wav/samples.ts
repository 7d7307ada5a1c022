// Samples of .wav files, little-endian on disk, as float32 in [-1, 1].

interface SampleInfo {
  readonly bytes: number;
  /** The sample that begins at this byte. */
  readonly read: (view: DataView, at: number) => number;
}

/** 8 bits are unsigned with silence at 128; the lowest value of every whole type is -1. */
export const sampleTypes = {
  int8: { bytes: 1, read: (view, at) => (view.getUint8(at) - 128) / 2 ** 7 },
  int16: { bytes: 2, read: (view, at) => view.getInt16(at, true) / 2 ** 15 },
  int24: {
    bytes: 3,
    read: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23,
  },
  int32: { bytes: 4, read: (view, at) => view.getInt32(at, true) / 2 ** 31 },
  float32: { bytes: 4, read: (view, at) => clip(view.getFloat32(at, true)) },
  float64: { bytes: 8, read: (view, at) => clip(view.getFloat64(at, true)) },
} as const satisfies Record<string, SampleInfo>;

export type SampleType = keyof typeof sampleTypes;

/** Floats beyond full scale are clipped as players do; NaN stays. */
export function decodeSamples(bytes: Uint8Array, type: SampleType): Float32Array<ArrayBuffer> {
  const { bytes: size, read }: SampleInfo = sampleTypes[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float32Array(bytes.length / size);
  for (let i = 0; i < out.length; i++) out[i] = read(view, i * size);
  return out;
}

function clip(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
