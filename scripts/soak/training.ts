// The process that is killed: trains with the config and in the folder it is given, one line of JSON per event.

import { type TrainConfigInput, train } from "../../train/index.ts";

const [config = "{}", folder = ""] = process.argv.slice(2);
await train(JSON.parse(config) as TrainConfigInput, {
  ...{ folder, existing: "resume" },
  onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
});
