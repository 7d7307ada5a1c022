// Option values: each parser takes the option's name and returns a function for commander's `argParser`.

import { UsageError } from "./errors.ts";

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number, `epochs` for instance: `wholeNumber("--epochs", { min: 1 })`. */
export function wholeNumber(option: string, range: NumberRange = {}): (text: string) => number {
  return numberParser(option, "a whole number", range, Number.isSafeInteger);
}

/** A finite number, a learning rate for instance: `realNumber("--rate", { min: 0 })`. */
export function realNumber(option: string, range: NumberRange = {}): (text: string) => number {
  return numberParser(option, "a number", range, Number.isFinite);
}

/** One of some words: `choice("--engine", ["auto", "onnx"])`. */
export function choice<const T extends string>(option: string, allowed: readonly T[]): (text: string) => T {
  return (text) => {
    const found = allowed.find((word) => word === text);
    if (found === undefined) throw wrong(option, `one of ${allowed.join(", ")}`, text);
    return found;
  };
}

/** Some words with commas between them, each at most once: `choices("--dtype", ["fp32", "fp16"])`. */
export function choices<const T extends string>(
  option: string,
  allowed: readonly T[],
): (text: string) => readonly T[] {
  const parse = choice(option, allowed);
  return (text) => [...new Set(text.split(",").map((word) => parse(word.trim())))];
}

/** A repeatable `path=value`; the value is read as JSON where it is JSON, else as text. */
export function assignments(option: string): (text: string, before: Assignments | undefined) => Assignments {
  return (text, before = []) => {
    const at = text.indexOf("=");
    if (at <= 0) throw wrong(option, "path=value", text);
    return [...before, { path: text.slice(0, at), value: jsonOrText(text.slice(at + 1)) }];
  };
}

export type Assignments = readonly { readonly path: string; readonly value: unknown }[];

function numberParser(
  option: string,
  kind: string,
  { min = -Infinity, max = Infinity }: NumberRange,
  isValid: (value: number) => boolean,
): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!isValid(value) || value < min || value > max) throw wrong(option, kind + inWords(min, max), text);
    return value;
  };
}

function inWords(min: number, max: number): string {
  if (min !== -Infinity && max !== Infinity) return ` from ${min} to ${max}`;
  if (min !== -Infinity) return ` of at least ${min}`;
  return max === Infinity ? "" : ` of at most ${max}`;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function wrong(option: string, expected: string, text: string): UsageError {
  return new UsageError(`option ${option}: expected ${expected}, got "${text}"`);
}
