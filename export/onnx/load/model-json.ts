// Reads and checks a tfjs model.json: which of the two formats it is, and the weights it names.
import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { ModelFormatError, ModelNotFoundError } from "./errors.ts";

export type ModelFormat = "layers-model" | "graph-model";

const WeightsGroup = v.looseObject({
  paths: v.array(v.string()),
  weights: v.array(
    v.looseObject({
      name: v.string(),
      shape: v.array(v.number()),
      dtype: v.picklist(["float32", "int32", "bool", "string", "complex64"]),
      quantization: v.optional(v.looseObject({ dtype: v.picklist(["uint8", "uint16", "float16"]) })),
    }),
  ),
});

const ModelJson = v.looseObject({
  format: v.optional(v.nullable(v.string())),
  modelTopology: v.looseObject({}),
  weightsManifest: v.array(WeightsGroup),
});

/** One group of weights: its files, one after the other, hold its tensors. */
export type WeightsGroup = v.InferOutput<typeof WeightsGroup>;
export type ModelJson = v.InferOutput<typeof ModelJson>;

/** Reads the file. Throws ModelNotFoundError, or ModelFormatError where it is no tfjs model. */
export async function readModelJson(file: string): Promise<ModelJson> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new ModelNotFoundError(file);
    if (error.code === "EISDIR") throw new ModelFormatError(file, "is a folder; expected a model.json in it");
    throw error;
  });
  const parsed = v.safeParse(ModelJson, parse(text, file));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const where = v.getDotPath(issue);
  if (where === null || where === "modelTopology") throw neitherFormat(file);
  throw new ModelFormatError(file, `${where}: expected ${issue.expected}, got ${issue.received}`);
}

/** Which loader of tfjs takes the model. Older layers models do not say it. */
export function formatOf({ format, modelTopology }: ModelJson, file: string): ModelFormat {
  if (format === "graph-model" || (!format && "node" in modelTopology)) return "graph-model";
  const isLayers = ["model_config", "modelConfig", "class_name", "className"].some(
    (key) => key in modelTopology,
  );
  if (isLayers && (format === "layers-model" || !format)) return "layers-model";
  throw neitherFormat(file);
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelFormatError(file, `is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function neitherFormat(file: string): ModelFormatError {
  return new ModelFormatError(
    file,
    "is neither a layers model nor a graph model; expected a model.json as tfjs or its converter writes it",
  );
}
