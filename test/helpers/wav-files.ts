// .wav files made byte by byte, without the code under test.

export interface WavParts {
  /** 1: PCM, 3: float, 0xfffe: extensible with `subformat`. */
  readonly format: number;
  readonly subformat?: number;
  readonly channels: number;
  readonly bits: number;
  /** The length that the data chunk claims. Default: the true one. */
  readonly claimed?: number;
  /** A chunk of this many bytes before the format. */
  readonly before?: number;
}

export function wavBytes(parts: WavParts, samples: readonly number[] | Uint8Array): Uint8Array {
  const { format, subformat, channels, bits, claimed, before } = parts;
  const data = Buffer.from(samples);
  const fmt = Buffer.alloc(subformat === undefined ? 16 : 40);
  fmt.writeUInt16LE(format, 0);
  fmt.writeUInt16LE(channels, 2);
  fmt.writeUInt32LE(8000, 4);
  fmt.writeUInt32LE((8000 * channels * bits) / 8, 8);
  fmt.writeUInt16LE((channels * bits) / 8, 12);
  fmt.writeUInt16LE(bits, 14);
  if (subformat !== undefined) {
    fmt.writeUInt16LE(22, 16);
    fmt.writeUInt16LE(bits, 18);
    fmt.writeUInt16LE(subformat, 24);
  }
  const chunks = [
    ...(before === undefined ? [] : [chunk("LIST", Buffer.alloc(before))]),
    chunk("fmt ", fmt),
    chunk("data", data, claimed),
  ];
  const body = Buffer.concat([Buffer.from("WAVE"), ...chunks]);
  return chunk("RIFF", body);
}

function chunk(name: string, body: Buffer, claimed = body.length): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(claimed);
  return Buffer.concat([Buffer.from(name), length, body, Buffer.alloc(body.length % 2)]);
}
