// For --import: the process sends itself SIGINT, once, as soon as standard error has had the text of INTERRUPT_AT.
import { isMainThread } from "node:worker_threads";

const at = new RegExp(process.env.INTERRUPT_AT as string);

if (isMainThread) {
  const write = process.stderr.write.bind(process.stderr);
  let [told, isSent] = ["", false];
  process.stderr.write = (chunk: string | Uint8Array, ...rest: never[]) => {
    told += chunk;
    if (!isSent && at.test(told)) isSent = process.kill(process.pid, "SIGINT");
    return write(chunk, ...rest);
  };
}
