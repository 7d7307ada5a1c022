// Pictures of a page as raw values. Imported late: who only encodes values need not fetch it.
import { type ReadOptions, readPictures } from "../images/read.ts";
import type { InputSpec } from "../manifest.ts";
import type { Images } from "../types.ts";
import { decodePicture } from "./picture.ts";

export function prepare(
  images: Images,
  input: InputSpec,
  { fit, background }: Omit<ReadOptions, "decode">,
): Images | Promise<Images> {
  return readPictures(images, input, { fit, background, decode: decodePicture }) ?? images;
}
