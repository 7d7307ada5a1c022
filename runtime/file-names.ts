// Names of a package's files.

/** The name of the file that describes a package. */
export const MANIFEST_FILE = "latentkit.json";

/** What names a file directly in a folder, on any system: no `/`, `\`, drive or `..`. */
export const PLAIN_FILE_NAME = /^(?!\.{0,2}$)[^\\/:\0]+$/;
