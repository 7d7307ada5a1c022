// Puts the table of results into the README, between two comments.
import { readFile } from "node:fs/promises";
import { writeWhole } from "../../export/index.ts";

const BEGIN = "<!-- reproduced: begin -->";
const END = "<!-- reproduced: end -->";

/** The text with what lies between the two comments replaced. Throws where they are missing. */
export function withTable(text: string, table: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`expected the comments ${BEGIN} and ${END}, in this order`);
  return `${text.slice(0, begin + BEGIN.length)}\n${table}\n${text.slice(end)}`;
}

export async function updateReadme(path: string, table: string): Promise<void> {
  try {
    await writeWhole(path, withTable(await readFile(path, "utf8"), table));
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}
