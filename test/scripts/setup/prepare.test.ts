// What is brought before tests and experiments.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bring } from "../../../scripts/setup/prepare.ts";
import type { Requirement } from "../../../scripts/setup/requirements.ts";

test("what is there is neither installed nor spoken of", () => {
  let looks = 0;
  const there: Requirement = {
    ...{ name: "node", debianPackage: "no-such-package", neededFor: "all tests" },
    find: () => {
      looks++;
      return { available: true, path: process.execPath };
    },
  };
  const said: string[] = [];
  assert.deepEqual(
    bring([there, there], (message) => said.push(message)),
    [],
  );
  assert.deepEqual([said, looks], [[], 2]);
});
