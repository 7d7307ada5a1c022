// Where a worker thread's code lies and with which flags it starts: compiled or run from source through tsx.

export interface WorkerEntry {
  readonly url: URL;
  readonly execArgv: string[];
}

/** The module `name` beside the module whose `import.meta.url` is given, with that module's extension. */
export function workerEntry(beside: string, name: string): WorkerEntry {
  const fromSource = beside.endsWith(".ts");
  return {
    url: new URL(`./${name}${fromSource ? ".ts" : ".js"}`, beside),
    // Never the process's own flags: some, such as --input-type, are not allowed in a thread.
    execArgv: fromSource ? ["--import", tsxHook()] : [],
  };
}

/** `--import tsx` does nothing outside the main thread (tsx 4.23), so a thread must call its `register` itself. */
function tsxHook(): string {
  const api = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  return `data:text/javascript,${encodeURIComponent(`import { register } from ${api}; register();`)}`;
}
