// Runs tasks one after the other, in the order they came.

export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Starts the task when all earlier ones have settled; settles as the task does. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
