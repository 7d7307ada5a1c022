// Calls that a signal ends, with one listener for each signal: Node warns of leaks where one has more than ten.

export class AbortWatch<T> {
  readonly #watched = new Map<AbortSignal, { readonly things: Set<T>; readonly listener: () => void }>();
  readonly #end: (thing: T, reason: unknown) => void;

  /** @param end called for each thing whose signal fires while it is watched */
  constructor(end: (thing: T, reason: unknown) => void) {
    this.#end = end;
  }

  add(signal: AbortSignal, thing: T): void {
    const known = this.#watched.get(signal);
    if (known) {
      known.things.add(thing);
      return;
    }
    const things = new Set([thing]);
    const listener = () => {
      this.#watched.delete(signal);
      for (const watched of things) this.#end(watched, signal.reason);
    };
    signal.addEventListener("abort", listener, { once: true });
    this.#watched.set(signal, { things, listener });
  }

  remove(signal: AbortSignal, thing: T): void {
    const known = this.#watched.get(signal);
    known?.things.delete(thing);
    if (known?.things.size !== 0) return;
    signal.removeEventListener("abort", known.listener);
    this.#watched.delete(signal);
  }
}
