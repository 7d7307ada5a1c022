// Names of a package's files.

/** The name of the file that describes a package. */
export const MANIFEST_FILE = "latentkit.json";

/** Whether this names a file directly in a folder, on any system: no `/`, `\`, drive or `..`. */
export function isPlainFileName(path: string): boolean {
  return !/^\.{0,2}$|[\\/:\0]/.test(path);
}
