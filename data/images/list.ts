// The source `a list of images`: a text file with one path a line, and where images have labels a tab and the label.
import { dirname } from "node:path";
import type { Dataset } from "../dataset.ts";
import { EmptyDatasetError, FormatError } from "../errors.ts";
import { readWhole } from "../file.ts";
import { LabelColumn } from "../labels.ts";
import { type GivenOptions, readOptions } from "../options.ts";
import type { Source } from "../source.ts";
import { imageKinds, openImagesAt, walkImages } from "./open.ts";

export const list: Source = {
  usage: "a .txt or .list file of images' paths",
  matches: (spec, found) => found.kind !== "folder" && /\.(txt|list|lst)$/i.test(spec),
  open: openList,
  walk: walkImages,
};

/** Paths are those from the list's own folder, unless absolute. Empty lines are passed over. */
async function openList(path: string, given: GivenOptions): Promise<Dataset> {
  const options = readOptions(path, imageKinds, given);
  const lines = new TextDecoder().decode(await readWhole(path, "a list of images' paths")).split(/\r?\n/);
  const files: string[] = [];
  const labels = new LabelColumn(`${path}: labels`);
  let labelled = 0;
  const folder = dirname(path);
  for (const [number, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const [file = "", label, ...more] = line.split("\t");
    if (more.length > 0 || file === "") {
      const found = `is ${JSON.stringify(line)}`;
      throw new FormatError(`${path}: line ${number + 1}`, found, "a path, or a path, a tab and a label");
    }
    files.push(file);
    if (label === undefined) continue;
    labelled++;
    labels.add(label);
  }
  if (files.length === 0) throw new EmptyDatasetError(path, "no path in it");
  if (labelled > 0 && labelled < files.length) {
    throw new FormatError(
      path,
      `has labels on ${labelled} of ${files.length} lines`,
      "a label on all, or on none",
    );
  }
  return openImagesAt({ folder, files }, labelled > 0 ? labels.finish() : {}, { name: path, ...options });
}
