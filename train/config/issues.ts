// What valibot found wrong with a config, as a message: path, value, and what would be right.
import * as v from "valibot";

/** An object of a schema: its keys, or alternatives that one key tells apart. */
export type KnownPart = { readonly entries: object } | KnownVariant;

interface KnownVariant {
  readonly key: string;
  readonly options: readonly { readonly entries: Readonly<Record<string, v.GenericSchema>> }[];
}

/** Objects of a schema by their dotted path, "" for the whole: a message about an unknown key lists what is known. */
export type Known = Readonly<Record<string, KnownPart>>;

/**
 * For instance `config: optimizer.learningRate is -1; expected a number above 0`.
 *
 * @param what what kind of config it is
 */
export function issueMessage(issue: v.BaseIssue<unknown>, what: string, known: Known): string {
  const path = v.getDotPath(issue) ?? "";
  if (issue.type === "strict_object" && issue.expected === "never") {
    const parent = known[path.split(".").slice(0, -1).join(".")];
    return `${what}: unknown key ${path}${parent ? knownKeys(parent, issue.path?.at(-1)?.input) : ""}`;
  }
  if (issue.type === "strict_object" && issue.input === undefined) {
    return `${what}: ${path} is missing`;
  }
  const received = JSON.stringify(issue.input) ?? String(issue.input);
  const wanted = issue.message.startsWith("Invalid") ? `expected ${expectation(issue)}` : issue.message;
  return `${what}: ${path === "" ? "the whole" : path} is ${received}; ${wanted}`;
}

/** That a key may be left out goes without saying. */
function expectation({ expected }: v.BaseIssue<unknown>): string {
  return `${expected}`.replace(/\((\S+) \| undefined\)/g, "$1");
}

/** The keys that the object could have, given which of several alternatives it is. */
function knownKeys(part: KnownPart, value: unknown): string {
  if ("entries" in part) return `; known here: ${Object.keys(part.entries).join(", ")}`;
  const chosen = (value as Readonly<Record<string, unknown>> | undefined)?.[part.key];
  const option = part.options.find(({ entries }) => v.is(entries[part.key] as v.GenericSchema, chosen));
  if (!option) return "";
  const name = v.parse(option.entries[part.key] as v.GenericSchema, chosen);
  return ` with ${part.key} ${name}; known here: ${Object.keys(option.entries).join(", ")}`;
}
