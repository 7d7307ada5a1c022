// Fills in a config's defaults, or says what is wrong with it.
import * as v from "valibot";
import { ConfigError } from "../errors.ts";
import { issueMessage, type Known } from "./issues.ts";
import { checkpoint, earlyStopping, model, optimizer, schedule, schema, validation } from "./schema.ts";

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

/** Parts that are right alone and can't go together. */
function checkTogether(config: TrainConfig): TrainConfig {
  const { warmup } = config.optimizer.schedule;
  if (warmup >= config.epochs) {
    throw new ConfigError(
      `config: optimizer.schedule.warmup is ${warmup}; expected less than the run's ${config.epochs} epochs`,
    );
  }
  return config;
}

/** The objects of a config, for messages. */
export const configParts: Known = {
  "": schema,
  model,
  optimizer,
  "optimizer.schedule": schedule,
  validation,
  earlyStopping,
  checkpoint,
};
