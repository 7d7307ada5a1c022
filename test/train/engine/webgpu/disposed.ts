// Opens the engine named on the command line, disposes of it, keeps it, and has nothing more to do.
import { type EngineChoice, openEngine } from "../../../../train/engine/index.ts";

const { engine } = await openEngine(process.argv[2] as EngineChoice);
await engine.dispose();
Object.assign(globalThis, { engine });
console.log(engine.device);
