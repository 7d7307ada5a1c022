// The JSON files that transformers.js reads beside a model.
import { modelPicture } from "../../../runtime/images/model-picture.ts";
import type { Manifest } from "../../../runtime/index.ts";

/** config.json. `custom` is the type for which transformers.js takes its base class, an encoder alone. */
export function modelConfig({ name, codeSize, input }: Manifest): Record<string, unknown> {
  const { width, height } = modelPicture(input);
  return {
    model_type: "custom",
    architectures: ["PreTrainedModel"],
    name_or_path: name,
    num_channels: 3,
    image_size: [height, width],
    hidden_size: codeSize,
  };
}

/**
 * preprocessor_config.json. Pixels stay as they are, since the graph scales them. A picture of another size is brought
 * to the model's as `latentkit train` does where the model's is square: it covers the square, and what sticks out is cut
 * off; else it is stretched, as transformers.js has no covering of other shapes.
 */
export function preprocessorConfig({ input }: Manifest): Record<string, unknown> {
  const { width, height } = modelPicture(input);
  const isSquare = width === height;
  return {
    image_processor_type: "ViTImageProcessor",
    do_convert_rgb: true,
    do_resize: true,
    size: isSquare ? { shortest_edge: height } : { height, width },
    // Pillow's number for Lanczos.
    resample: 1,
    ...(isSquare && { do_center_crop: true, crop_size: { height, width } }),
    do_rescale: false,
    do_normalize: false,
  };
}
