// The runtime's code for browsers as an app's bundler makes it, with onnxruntime-web left outside.
import { fileURLToPath } from "node:url";
import { build } from "vite";

const entry = fileURLToPath(new URL("../../runtime/browser/index.ts", import.meta.url));

export interface Chunk {
  readonly name: string;
  readonly code: string;
  /** Fetched only when something needs it. */
  readonly isLate: boolean;
}

let bundled: Promise<readonly Chunk[]> | undefined;

/** Made once per process. The entry comes first; what it imports late follows. */
export function bundleRuntime(): Promise<readonly Chunk[]> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<readonly Chunk[]> {
  const built = await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      target: "es2023",
      minify: true,
      // As a library: to apps Vite adds code of its own for late imports.
      lib: { entry, formats: ["es"] },
      rollupOptions: {
        // Late chunks may take what they share with the entry from there, as they do in an app.
        preserveEntrySignatures: "allow-extension",
        external: /^onnxruntime-web\//,
        output: {
          minify: true,
          entryFileNames: "runtime.js",
          chunkFileNames: "runtime-[name].js",
        },
      },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !("output" in output)) throw new Error("vite gave no output");
  const chunks = output.output.filter((file) => file.type === "chunk");
  const entryChunk = chunks.find(({ isEntry }) => isEntry);
  const needed = [entryChunk?.fileName, ...(entryChunk?.imports ?? [])];
  return chunks.map(({ fileName, code }) => ({ name: fileName, code, isLate: !needed.includes(fileName) }));
}
