// Finds the images of a folder: directly in it (no classes), or in folders within it, each a class.
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Labels } from "../dataset.ts";
import { EmptyDatasetError, FormatError, MissingFileError } from "../errors.ts";
import { naturalOrder } from "../natural-order.ts";

/** How the names of images end. */
export const extensions: readonly string[] = [
  ".png",
  ".jpg",
  ".jpeg",
  ".jfif",
  ".webp",
  ".gif",
  ".avif",
  ".tif",
  ".tiff",
];

export interface ImageFiles {
  /** Paths within the folder, with `/`, in natural order, class by class. */
  readonly files: readonly string[];
  readonly labels?: Labels;
  readonly classNames?: readonly string[];
}

/**
 * Files whose names do not end as an image's, and names that begin with a dot, are passed over.
 *
 * Throws `MissingFileError`, `EmptyDatasetError` where there is no image, and `FormatError` where images lie both
 * beside and in class folders.
 */
export async function findImages(folder: string): Promise<ImageFiles> {
  const { images, folders } = await list(folder, true);
  const classes: { readonly name: string; readonly files: readonly string[] }[] = [];
  for (const name of folders) classes.push({ name, files: await below(folder, name) });
  const filled = classes.filter(({ files }) => files.length > 0);

  const [image] = images;
  const [within] = filled;
  if (image && within) {
    const found = `holds images (${image}) and a class folder with images (${within.name})`;
    throw new FormatError(folder, found, "one or the other");
  }
  if (image) return { files: images };
  if (!within)
    throw new EmptyDatasetError(folder, "no image in it", `files ending in ${extensions.join(", ")}`);
  const empty = classes.find(({ files }) => files.length === 0);
  if (empty) {
    const wanted = "at least 1 in each class folder, or no such folder";
    throw new EmptyDatasetError(join(folder, empty.name), "no image in it", wanted);
  }
  const numbers = classes.flatMap(({ files }, label) => files.map(() => label));
  return {
    files: classes.flatMap(({ files }) => files),
    labels: classes.length <= 256 ? Uint8Array.from(numbers) : Int32Array.from(numbers),
    classNames: classes.map(({ name }) => name),
  };
}

/** All images at any depth below a class folder. */
async function below(root: string, folder: string): Promise<string[]> {
  const { images, folders } = await list(join(root, folder), false);
  const deeper: string[] = [];
  for (const name of folders) deeper.push(...(await below(root, `${folder}/${name}`)));
  return [...images.map((name) => `${folder}/${name}`), ...deeper];
}

/** Links to files are followed; links to folders only where `followFolders`, so that none leads in a circle. */
async function list(folder: string, followFolders: boolean) {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    const wanted = "a folder of images";
    if (error.code === "ENOENT") throw new MissingFileError(folder, "no such folder", wanted);
    if (error.code === "ENOTDIR") throw new MissingFileError(folder, "is a file", wanted);
    throw error;
  });
  const images: string[] = [];
  const folders: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const kind = await kindOf(entry, join(folder, entry.name), followFolders);
    if (kind === "folder") folders.push(entry.name);
    if (kind === "file" && extensions.includes(extname(entry.name).toLowerCase())) images.push(entry.name);
  }
  return { images: images.sort(naturalOrder), folders: folders.sort(naturalOrder) };
}

async function kindOf(
  entry: Dirent,
  path: string,
  followFolders: boolean,
): Promise<"file" | "folder" | "other"> {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  // A link that leads nowhere is kept as a file: opening it will name it.
  const target = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : undefined;
  if (entry.isSymbolicLink() && (!target || target.isFile())) return "file";
  return followFolders && target?.isDirectory() ? "folder" : "other";
}
