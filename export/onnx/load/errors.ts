// Why a model file could not be loaded.
import { OnnxError } from "../errors.ts";

/** Base of all errors about model files. */
export class ModelLoadError extends OnnxError {
  override name = "ModelLoadError";
}

/** There is no model file. */
export class ModelNotFoundError extends ModelLoadError {
  override name = "ModelNotFoundError";

  constructor(file: string) {
    super(`${file}: there is no such file; expected the model.json of a tfjs model`);
  }
}

/** The model file is not what tfjs writes. */
export class ModelFormatError extends ModelLoadError {
  override name = "ModelFormatError";

  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
  }
}

/** A file of weights that the model file names is not there. */
export class WeightsNotFoundError extends ModelLoadError {
  override name = "WeightsNotFoundError";

  constructor(file: string, shard: string) {
    super(`${file}: the weights file ${shard} is missing; it belongs beside the model file`);
  }
}

/** Files of weights hold fewer or more bytes than the model file says. */
export class WeightsLengthError extends ModelLoadError {
  override name = "WeightsLengthError";

  constructor(file: string, expected: number, found: number, shards: readonly string[]) {
    const kind = found < expected ? "short" : "too long";
    super(
      `${file}: weights are ${kind}: expected ${expected} bytes, found ${found} in ${shards.join(", ")}; ` +
        "save or copy the model again, with all its files",
    );
  }
}

/** The model has a layer of a class that nobody has registered. */
export class UnknownLayerError extends ModelLoadError {
  override name = "UnknownLayerError";

  constructor(file: string, className: string, registered: string | undefined) {
    const next = registered
      ? `${registered} does not register it; its default export may be a function that is given our tf`
      : "give a module that registers it with tf.serialization.registerClass(): --register module";
    super(`${file}: unknown layer class ${className}; ${next}`);
  }
}

/** The module that was to register layer classes could not be used. */
export class RegisterModuleError extends ModelLoadError {
  override name = "RegisterModuleError";

  constructor(module: string, reason: string) {
    super(`--register ${module}: ${reason}`);
  }
}
