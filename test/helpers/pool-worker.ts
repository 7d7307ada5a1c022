// A worker for tests of the pool: does what its task says.
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { StoppedError } from "../../train/errors.ts";
import { carryErrors } from "../../train/run/remote-error.ts";

interface Task {
  readonly does: "answer" | "throw" | "exit" | "wait";
  readonly port: MessagePort;
}

export default ({ does, port }: Task) =>
  carryErrors(async () => {
    port.postMessage({ doing: does });
    if (does === "throw") throw new RangeError("out of range");
    if (does === "exit") process.exit(3);
    if (does === "wait") {
      while (!receiveMessageOnPort(port)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      throw new StoppedError(1, 2);
    }
    return "answer";
  });
