// `latentkit serve` as a process of its own, and what it refuses.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import http, { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { runProgram } from "../../../scripts/cli/program.ts";
import { MemoryStream } from "../../helpers/streams.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { type InferAnswer, tinyInput } from "../serve/tiny-server.ts";

async function serve(...args: string[]) {
  const stdout = new MemoryStream();
  const stderr = new MemoryStream();
  const status = await runProgram(["serve", ...args], { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

const program = fileURLToPath(new URL("../../../scripts/latentkit.ts", import.meta.url));

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} while a request is in progress: it is answered, then the process ends with 0`, async (t) => {
    const folder = await writeTinyPackage(join(await temporaryFolder(t), "a"));
    const args = [
      "--import",
      "tsx",
      program,
      "--json",
      "serve",
      folder,
      "--port",
      "0",
      "--device",
      "cpu",
      "--workers",
      "1",
    ];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    t.after(() => child.kill("SIGKILL"));
    const closed = once(child, "close");
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk;
    });
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const { url, ...rest } = JSON.parse(line) as { url: string };
    assert.deepEqual(rest, { model: "tiny", device: "cpu", dtype: "fp32" });
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    // A part of the body is held back until the signal has been sent: the request is in progress, however long that takes.
    const body = JSON.stringify({ inputs: [tinyInput], outputs: [{ name: "codes" }] });
    const request = http.request(`${url}/v2/models/tiny/infer`, {
      method: "POST",
      headers: { "Content-Length": body.length },
    });
    const responded = once(request, "response");
    request.write(body.slice(0, 10));
    while (!(await (await fetch(`${url}/metrics`)).text()).includes('in_flight{model="tiny"} 1')) {
      // Asked again until the request has arrived.
    }
    child.kill(signal);
    request.end(body.slice(10));
    const [response] = (await responded) as [http.IncomingMessage];
    assert.equal(response.statusCode, 200);
    const { outputs } = (await json(response)) as InferAnswer;
    assert.deepEqual(outputs[0]?.shape, [2, 2]);
    assert.deepEqual(await closed, [0, null]);
    assert.equal(stderr, "stopping: requests in progress are answered first\n");
  });
}

test("a folder without a package, and options out of their range, are refused", async (t) => {
  const folder = await temporaryFolder(t);
  assert.deepEqual(await serve(folder), {
    status: 1,
    stdout: "",
    stderr: `latentkit: ${folder}: is no package and no run that has one; expected a folder with latentkit.json\n`,
  });
  const cases: [string[], string][] = [
    [["--port", "70000"], 'option --port: expected a whole number from 0 to 65535, got "70000"'],
    [["--device", "tpu"], 'option --device: expected one of auto, cuda, webgpu, cpu, got "tpu"'],
    [["--max-queue", "0"], 'option --max-queue: expected a whole number of at least 1, got "0"'],
  ];
  for (const [args, message] of cases) {
    assert.deepEqual(await serve(folder, ...args), {
      status: 2,
      stdout: "",
      stderr: `latentkit: ${message}\n`,
    });
  }
});

test("a dtype the package lacks, and a port that is taken, are told in one line", async (t) => {
  const folder = await writeTinyPackage(join(await temporaryFolder(t), "a"));
  const wrong = await serve(folder, "--dtype", "q8", "--device", "cpu");
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /^latentkit: dtype is "q8"; expected fp32, which model "tiny" has\n$/);

  const other = createServer();
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const taken = await serve(folder, "--port", String(port), "--device", "cpu", "--workers", "1");
  assert.equal(taken.status, 1);
  assert.match(
    taken.stderr,
    new RegExp(`^latentkit: 127\\.0\\.0\\.1, port ${port}: listen EADDRINUSE.*\\n$`),
  );
});
