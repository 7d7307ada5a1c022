// What lives as long as a whole test file: `temporaryFolder(fileScope)`, where one test would pass its own `t`.
import { after } from "node:test";

/** Somebody who says when things are no longer needed: a test's context, or the file. */
export interface Scope {
  after(end: () => unknown): void;
}

const endings: (() => unknown)[] = [];
after(async () => {
  for (const end of endings.reverse()) await end();
});

/** The last that came is ended first. */
export const fileScope: Scope = {
  after: (end) => {
    endings.push(end);
  },
};
