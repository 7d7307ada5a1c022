// A file that is on the disk when it is said to be written.
import { open } from "node:fs/promises";

/** Writes a file and waits until it is on the disk. */
export async function writeSynced(path: string, data: Uint8Array | string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}
