// A process that exports features, to be killed: the package, the source and the folder are its arguments. It kills itself
// at an event, where its type is the next argument and the last one how many of them there are to be.
import { exportFeatures } from "../../../export/index.ts";

const [packageFolder = "", source = "", out = "", wanted = "", count = ""] = process.argv.slice(2);
let seen = 0;
await exportFeatures(packageFolder, source, {
  ...{ out, shardSize: 24, batchSize: 8, device: "cpu", threads: 1, format: "jsonl" },
  onEvent: ({ type }) => {
    if (type === wanted && ++seen === Number(count)) process.kill(process.pid, "SIGKILL");
  },
});
