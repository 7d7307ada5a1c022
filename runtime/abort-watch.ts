// Calls that a signal ends, with one listener for each signal: Node warns of leaks where one has more than ten.

/** Has a thing ended when the signal fires; what it returns lets go of it. */
export type AbortWatch<T> = (signal: AbortSignal, thing: T) => () => void;

/** @param end called for each thing whose signal fires while it is watched; has to let go of it */
export function watchAborts<T>(end: (thing: T, reason: unknown) => void): AbortWatch<T> {
  const watched = new Map<EventTarget | null, Set<T>>();
  const onAbort = ({ target }: Event) => {
    const { reason }: { reason?: unknown } = Object(target);
    for (const thing of watched.get(target) ?? []) end(thing, reason);
  };
  return (signal, thing) => {
    const things = watched.get(signal) ?? new Set();
    watched.set(signal, things.add(thing));
    // The same listener again is not added.
    signal.addEventListener("abort", onAbort);
    return () => {
      things.delete(thing);
      if (things.size > 0) return;
      signal.removeEventListener("abort", onAbort);
      watched.delete(signal);
    };
  };
}
