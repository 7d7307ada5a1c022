// Why a feature table was not written or cannot be read.

/** Base of all errors of this folder. */
export class FeatureError extends Error {
  override name = "FeatureError";
}

/** An option of `exportFeatures` makes no sense, or not for this package and source. */
export class FeatureOptionError extends FeatureError {
  override name = "FeatureOptionError";

  constructor(option: string, value: unknown, wanted: string) {
    super(
      `${option} is ${typeof value === "string" ? JSON.stringify(value) : String(value)}; expected ${wanted}`,
    );
  }
}

/** The place for the tables holds something else, such as another set. */
export class FeatureTargetError extends FeatureError {
  override name = "FeatureTargetError";
}

/** An item could not be used and was not to be skipped; `cause` is what its source says. */
export class BadFeatureItemError extends FeatureError {
  override name = "BadFeatureItemError";

  constructor(shard: string, cause: Error) {
    super(
      `${cause.message}. ${shard} was not written, those before it are kept; ` +
        "skipBad (--skip-bad) leaves such items out and lists them in bad.jsonl",
      { cause },
    );
  }
}

/** A set or one of its files is not there, not whole, or not what its description says. */
export class FeatureSetError extends FeatureError {
  override name = "FeatureSetError";
}

/** The queue can't be reached, or a shard's job has failed for good; shards that are whole are kept. */
export class FeatureQueueError extends FeatureError {
  override name = "FeatureQueueError";
}

/** A store elsewhere can't be reached, or does not do what it is asked for. */
export class FeatureStorageError extends FeatureError {
  override name = "FeatureStorageError";
}
