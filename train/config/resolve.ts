// Fills in a config's defaults, or says what is wrong with it.
import * as v from "valibot";
import { ConfigError } from "../errors.ts";
import { corruption, weights } from "./corruption.ts";
import { issueMessage, type Known } from "./issues.ts";
import { model } from "./model.ts";
import { penalty } from "./penalty.ts";
import { classifier, pretraining } from "./procedures.ts";
import { checkpoint, earlyStopping, optimizer, schedule, schema, validation } from "./schema.ts";
import { checkTogether } from "./together.ts";

/** A config as people write it: every key may be left out. */
export type TrainConfigInput = v.InferInput<typeof schema>;
/** A config with all defaults filled in. */
export type TrainConfig = v.InferOutput<typeof schema>;

/**
 * Fills in defaults. Throws `ConfigError` for the first thing wrong, as in
 * `config: optimizer.learningRate is -1; expected a number above 0`.
 */
export function resolveConfig(config: unknown): TrainConfig {
  const result = v.safeParse(schema, config);
  if (result.success) return checkTogether(result.output);
  throw new ConfigError(issueMessage(result.issues[0], "config", configParts));
}

/** The objects of a config, for messages. */
export const configParts: Known = {
  "": schema,
  model,
  corruption,
  "corruption.emphasis": weights,
  penalty,
  optimizer,
  "optimizer.schedule": schedule,
  validation,
  earlyStopping,
  pretraining,
  classifier,
  checkpoint,
};
