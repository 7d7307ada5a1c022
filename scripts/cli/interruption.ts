// Ctrl-C and SIGTERM: commands that can stop cleanly are asked to; the others, and a second Ctrl-C, end at once.

import { exitStatus } from "./errors.ts";

export interface Interruption {
  /** Whether Ctrl-C broke off what was going on. */
  readonly happened: boolean;
  /** For a command that stops cleanly when the signal aborts, a run that writes its checkpoint for instance. */
  stopSignal(): AbortSignal;
  /** For a command that ends no other way, a server for instance: Ctrl-C and SIGTERM are its end, not a break. */
  endSignal(): AbortSignal;
  /** Gives Ctrl-C back to the process. */
  release(): void;
}

export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  let canStop = false;
  let isEnd = false;
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
      return controller.signal.aborted && !isEnd;
    },
    stopSignal() {
      canStop = true;
      return controller.signal;
    },
    endSignal() {
      canStop = true;
      isEnd = true;
      process.on("SIGTERM", onSignal);
      return controller.signal;
    },
    release() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
