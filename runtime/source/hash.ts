// SHA-256 in Node and in browsers.
import { SourceError } from "../errors.ts";

/** 64 hexadecimal digits. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Browsers have it only where nobody on the way could have changed the page itself.
  if (!globalThis.crypto?.subtle) {
    throw new SourceError(
      "files cannot be checked: browsers give crypto.subtle only to pages served by https or from localhost",
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
