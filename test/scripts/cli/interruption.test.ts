// Ctrl-C, once and twice.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";

const module = new URL("../../../scripts/cli/interruption.ts", import.meta.url).href;

/** Runs a script that says "ready" when it can be interrupted; gives its exit status and what else it said. */
async function interrupt(script: string) {
  const code = `import { listenForInterruption } from ${JSON.stringify(module)};
    const interruption = listenForInterruption();
    ${script}
    console.log("ready");
    setTimeout(() => {}, 60_000);`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", code];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk;
    if (chunk.includes("ready") || chunk.includes("again")) child.kill("SIGINT");
  });
  const [status] = await once(child, "close");
  return { status, text };
}

test("a command that does not handle Ctrl-C ends at once with status 130", async () => {
  assert.deepEqual(await interrupt(""), { status: 130, text: "ready\n" });
});

test("a command that asked for the signal is told, and may end in its own time", async () => {
  const stopCleanly = `interruption.stopSignal().addEventListener("abort", () => {
    console.log("saved", interruption.happened);
    process.exit(3);
  });`;
  assert.deepEqual(await interrupt(stopCleanly), { status: 3, text: "ready\nsaved true\n" });
});

test("a second Ctrl-C ends even a command that does not stop", async () => {
  const goOn = `interruption.stopSignal().addEventListener("abort", () => console.log("again"));`;
  assert.deepEqual(await interrupt(goOn), { status: 130, text: "ready\nagain\n" });
});
