// The program `latentkit`: help, version, wrong command lines.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runProgram } from "../../../scripts/cli/program.ts";
import { MemoryStream } from "../../helpers/streams.ts";

async function run(...args: string[]) {
  const stdout = new MemoryStream();
  const stderr = new MemoryStream();
  const status = await runProgram(args, { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

test("--version prints package.json's version", async () => {
  assert.deepEqual(await run("--version"), { status: 0, stdout: `${version}\n`, stderr: "" });
});

test("--help prints usage, commands and examples on standard output", async () => {
  const { status, stdout, stderr } = await run("--help");
  assert.equal(status, 0);
  assert.equal(stderr, "");
  assert.match(stdout, /^Usage: latentkit \[options\] \[command\]\n/);
  assert.match(stdout, /\n {2}doctor /);
  assert.match(stdout, /\nExamples:\n {2}\$ latentkit /);
});

test("every command has help with an example and the options all commands share", async () => {
  const { stdout } = await run("--help");
  const [, list = ""] = /\nCommands:\n([\s\S]*?)\n\n/.exec(stdout) ?? [];
  const names = [...list.matchAll(/^ {2}(\w+)/gm)]
    .map(([, name]) => name ?? "")
    .filter((name) => name !== "help");
  assert.ok(names.length > 0);
  for (const name of names) {
    const help = await run(name, "--help");
    assert.equal(help.status, 0);
    assert.match(help.stdout, /\nExamples?:\n {2}\$ latentkit /, `${name} --help`);
    assert.match(help.stdout, /--json/, `${name} --help`);
  }
});

test("without a command the help goes to standard error with status 2", async () => {
  const { status, stdout, stderr } = await run();
  assert.equal(status, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^Usage: latentkit/);
});

test("an unknown command is named, with the one that was perhaps meant", async () => {
  assert.deepEqual(await run("docto"), {
    status: 2,
    stdout: "",
    stderr: "latentkit: unknown command 'docto'\n(Did you mean doctor?)\nHelp: latentkit --help\n",
  });
});

test("an unknown option is named, before and after a command", async () => {
  for (const args of [["--fast"], ["doctor", "--fast"]]) {
    assert.deepEqual(await run(...args), {
      status: 2,
      stdout: "",
      stderr: "latentkit: unknown option '--fast'\nHelp: latentkit --help\n",
    });
  }
});

test("an argument too many is an error", async () => {
  const { status, stderr } = await run("doctor", "now");
  assert.equal(status, 2);
  assert.match(stderr, /^latentkit: too many arguments for 'doctor'/);
});

test("running the program leaves no listener for Ctrl-C behind", async () => {
  const before = process.listenerCount("SIGINT");
  await run("--version");
  assert.equal(process.listenerCount("SIGINT"), before);
});
