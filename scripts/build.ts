// `npm run build`: compiles what is published into a fresh `dist`.

import { chmodSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { root, runNode, tools } from "./repository.ts";

const program = path.join(root, "dist/scripts/latentkit.js");

rmSync(path.join(root, "dist"), { recursive: true, force: true });
if (!runNode([tools.tsc, "--project", "tsconfig.build.json"])) {
  console.error("build: the compiler found errors");
  process.exit(1);
}
// Without this line a shell would read the program as a script of its own.
if (!readFileSync(program, "utf8").startsWith("#!/usr/bin/env node\n")) {
  console.error(`build: ${path.relative(root, program)} has to start with #!/usr/bin/env node`);
  process.exit(1);
}
chmodSync(program, 0o755);
