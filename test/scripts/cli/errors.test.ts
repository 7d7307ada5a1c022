// How an error becomes words and an exit status.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { CommandError, reportError, UsageError } from "../../../scripts/cli/errors.ts";
import { MemoryStream } from "../../helpers/streams.ts";

function report(error: unknown): { readonly status: number; readonly text: string } {
  const stderr = new MemoryStream();
  return { status: reportError(error, stderr), text: stderr.text };
}

test("an error that explains itself is one line and status 1", () => {
  assert.deepEqual(report(new CommandError("no run in runs/a")), {
    status: 1,
    text: "latentkit: no run in runs/a\n",
  });
});

test("a wrong command line is one line and status 2", () => {
  assert.deepEqual(report(new UsageError("option --x: wrong")), {
    status: 2,
    text: "latentkit: option --x: wrong\n",
  });
});

test("a file that is not there is one line that names it", async () => {
  const error = await readFile("no/such/file").catch((reason: unknown) => reason);
  const { status, text } = report(error);
  assert.equal(status, 1);
  assert.match(text, /^latentkit: ENOENT: .*no\/such\/file'\n$/);
});

test("any other error shows its stack and asks for a report", () => {
  const { status, text } = report(new TypeError("x is not a function"));
  assert.equal(status, 1);
  assert.match(text, /^latentkit: unexpected error\nTypeError: x is not a function\n {4}at /);
  assert.match(text, /fault in LatentKit\. Please report it/);
});

test("a thrown value that is no error is shown as well", () => {
  assert.match(report("lost").text, /^latentkit: unexpected error\nlost\n/);
});
