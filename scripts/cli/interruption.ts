// Ctrl-C: commands that can stop cleanly are asked to; the others, and a second Ctrl-C, end at once.

import { exitStatus } from "./errors.ts";

export interface Interruption {
  /** Whether Ctrl-C was pressed. */
  readonly happened: boolean;
  /** For a command that stops cleanly when the signal aborts, a run that writes its checkpoint for instance. */
  stopSignal(): AbortSignal;
  /** Gives Ctrl-C back to the process. */
  release(): void;
}

export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  let canStop = false;
  const onSignal = () => {
    if (!canStop || controller.signal.aborted) {
      process.stderr.write("latentkit: interrupted\n");
      process.exit(exitStatus.interrupted);
    }
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  return {
    get happened() {
      return controller.signal.aborted;
    },
    stopSignal() {
      canStop = true;
      return controller.signal;
    },
    release() {
      process.off("SIGINT", onSignal);
    },
  };
}
