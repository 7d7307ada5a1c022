// What tests need beyond npm: found, or missed with a reason.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findByRunning, findFile } from "../../../scripts/setup/requirements.ts";
import { pythonOnnx, skipWithout } from "../../helpers/requirements.ts";

test("what runs is available, by the path of what ran", () => {
  const found = findByRunning(process.execPath, ["--version"], "nodejs");
  assert.deepEqual(found, { available: true, path: process.execPath });
});

test("what is missing or fails gives a reason that names the package to install", () => {
  assert.deepEqual(findByRunning("no-such-command", [], "some-package"), {
    available: false,
    reason: "no-such-command is not there: install Debian's some-package",
  });
  assert.deepEqual(findByRunning(process.execPath, ["--eval", "process.exit(1)"], "some-package"), {
    available: false,
    reason: `${process.execPath} --eval process.exit(1) fails: install Debian's some-package`,
  });
});

test("a file is found where one of its possible paths is there", () => {
  assert.deepEqual(findFile(["/no/such/file", process.execPath], "nodejs"), {
    available: true,
    path: process.execPath,
  });
  assert.deepEqual(findFile(["/no/such/file", "/nor/this"], "some-package"), {
    available: false,
    reason: "/no/such/file or /nor/this is not there: install Debian's some-package",
  });
});

test("a test is skipped with the reason, or not at all", () => {
  assert.equal(skipWithout({ available: false, reason: "not here" }), "not here");
  const python = pythonOnnx();
  assert.equal(skipWithout(python), python.available ? false : python.reason);
});
