// Labels from a .npy file of whole numbers.
import type { Labels } from "../dataset.ts";
import { FileSizeError, FormatError, LabelsMismatchError } from "../errors.ts";
import { openFile, readBytes } from "../file.ts";
import { readNpyHeader } from "./header.ts";
import { npyType, rawNpy } from "./values.ts";

/** `|u1` stays, other whole numbers become int32. Throws `FormatError` or `LabelsMismatchError` besides what opening throws. */
export async function readNpyLabels(path: string, itemsPath: string, itemCount: number): Promise<Labels> {
  const { handle, size } = await openFile(path, "a .npy file of labels");
  try {
    const { type, shape, offset } = await readNpyHeader(handle, size, path);
    const { bytes: width, whole } = npyType(type);
    const [length = 0] = shape;
    if (shape.length !== 1)
      throw new FormatError(path, `has ${shape.length} dimensions`, "1, one label per item");
    if (!whole) throw new FormatError(path, `holds labels of type ${type}`, "whole numbers");
    if (length !== itemCount) throw new LabelsMismatchError(path, length, itemsPath, itemCount);
    const bytes = await readBytes(handle, offset, length * width);
    if (bytes.length < length * width) throw new FileSizeError(path, offset + bytes.length, size);
    if (type === "|u1" || type === "|b1") return bytes;
    return Int32Array.from({ length }, (_, i) => {
      const label = Number(rawNpy(bytes, type, i));
      if (label === (label | 0)) return label;
      throw new FormatError(path, `label ${i} is ${rawNpy(bytes, type, i)}`, "whole numbers of 32 bits");
    });
  } finally {
    await handle.close();
  }
}
