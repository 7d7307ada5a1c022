// Turns: who has one works alone, until it gives the turn on, which may be before it ends.
import { SerialQueue } from "../../runtime/serial.ts";

export class Turns {
  readonly #queue = new SerialQueue();

  /**
   * Starts the task when all earlier ones have given their turn on. A task does so by calling what it is given, or else by
   * settling. Settles as the task does.
   */
  run<T>(task: (giveOn: () => void) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.run(
        () =>
          new Promise<void>((giveOn) => {
            task(giveOn).then(resolve, reject).finally(giveOn);
          }),
      );
    });
  }
}
