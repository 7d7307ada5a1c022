// The kinds of numbers that configs hold, with what is said of a wrong one.
import * as v from "valibot";

export const count = (what: string) =>
  v.pipe(v.number(), v.integer(`expected ${what}`), v.minValue(1, `expected ${what}`));
export const epochs = count("a whole number of epochs, at least 1");
export const wholeNotNegative = v.pipe(
  v.number(),
  v.integer("expected a whole number"),
  v.minValue(0, "expected at least 0"),
);
export const positive = v.pipe(
  v.number(),
  v.gtValue(0, "expected a number above 0"),
  v.finite("expected a finite number"),
);
export const notNegative = v.pipe(
  v.number(),
  v.minValue(0, "expected at least 0"),
  v.finite("expected a finite number"),
);
/** 0 to 1, without 1. */
export const share = v.pipe(
  v.number(),
  v.minValue(0, "expected a share from 0 up to, not including, 1"),
  v.ltValue(1, "expected a share from 0 up to, not including, 1"),
);
/** 0 to 1, without both. */
export const factor = v.pipe(
  v.number(),
  v.gtValue(0, "expected a factor above 0 and below 1"),
  v.ltValue(1, "expected a factor above 0 and below 1"),
);
