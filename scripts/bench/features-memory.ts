// The process whose memory is measured: exports features and prints the most bytes of memory it had.

import { exportFeatures } from "../../export/index.ts";

const [model = "", source = "", out = ""] = process.argv.slice(2);
await exportFeatures(model, source, { out, device: "cpu" });
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
