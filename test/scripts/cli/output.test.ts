// Results on standard output, messages on standard error.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createOutput } from "../../../scripts/cli/output.ts";
import { MemoryStream } from "../../helpers/streams.ts";

function open(json: boolean) {
  const streams = { stdout: new MemoryStream(), stderr: new MemoryStream() };
  return { ...streams, output: createOutput({ json: () => json, ...streams }) };
}

test("messages go to standard error, the result's text to standard output", () => {
  const { output, stdout, stderr } = open(false);
  output.message("reading");
  output.result({ codes: 3 }, () => "3 codes");
  assert.equal(stderr.text, "reading\n");
  assert.equal(stdout.text, "3 codes\n");
});

test("with --json standard output is one JSON object and nothing else", () => {
  const { output, stdout } = open(true);
  output.message("reading");
  output.result({ codes: 3 }, "3 codes");
  assert.deepEqual(JSON.parse(stdout.text), { codes: 3 });
});

test("a second result is refused", () => {
  const { output } = open(true);
  output.result({}, "");
  assert.throws(() => output.result({}, ""), {
    message: "a command has one result, and it was printed already",
  });
});
