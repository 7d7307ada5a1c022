// What valibot found wrong with a config, as a message: path, value, and what would be right.
import * as v from "valibot";

/** Objects of a schema by their dotted path, "" for the whole: a message about an unknown key lists what is known. */
export type Known = Readonly<Record<string, { readonly entries: object }>>;

/**
 * For instance `config: optimizer.learningRate is -1; expected a number above 0`.
 *
 * @param what what kind of config it is
 */
export function issueMessage(issue: v.BaseIssue<unknown>, what: string, known: Known): string {
  const path = v.getDotPath(issue) ?? "";
  if (issue.type === "strict_object" && issue.expected === "never") {
    const parent = known[path.split(".").slice(0, -1).join(".")];
    const list = parent ? `; known here: ${Object.keys(parent.entries).join(", ")}` : "";
    return `${what}: unknown key ${path}${list}`;
  }
  if (issue.type === "strict_object" && issue.input === undefined) {
    return `${what}: ${path} is missing`;
  }
  const received = JSON.stringify(issue.input) ?? String(issue.input);
  const wanted = issue.message.startsWith("Invalid") ? `expected ${issue.expected}` : issue.message;
  return `${what}: ${path === "" ? "the whole" : path} is ${received}; ${wanted}`;
}
