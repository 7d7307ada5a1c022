// Size and sha256 of a file, by which it is known again.
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { forget } from "../../../runtime/node/forget.ts";

/** Bytes that are read at a time. */
const PIECE = 1 << 20;

export interface FileSum {
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Size and sha256 of a file on this machine. */
export async function sumOf(path: string): Promise<FileSum> {
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafeSlow(PIECE);
  const handle = await open(path);
  try {
    for (let bytes = 0; ; ) {
      const { bytesRead } = await handle.read(piece, 0, PIECE);
      if (bytesRead === 0) return { bytes, sha256: hash.digest("hex") };
      hash.update(piece.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await handle.close();
    forget([piece.buffer]);
  }
}
