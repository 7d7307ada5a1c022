// A file that is gone when its user is: in the system's folder for temporary files, unlinked as soon as it is open.
import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TemporaryFile {
  readonly handle: FileHandle;
  /** For messages: nothing may be there any more. */
  readonly path: string;
  close(): Promise<void>;
}

/** Set TMPDIR (TEMP on Windows) to choose the folder. */
export async function temporaryFile(): Promise<TemporaryFile> {
  const path = join(tmpdir(), `latentkit-${randomUUID()}.tmp`);
  const handle = await open(path, "wx+", 0o600);
  // A killed process leaves nothing behind; where open files cannot be unlinked (Windows), closing removes it.
  const gone = await unlink(path).then(
    () => true,
    () => false,
  );
  return {
    handle,
    path,
    async close() {
      await handle.close();
      if (!gone) await unlink(path);
    },
  };
}
