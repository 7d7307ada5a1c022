// How fast the work goes and how long it will take, by its last seconds.

/** Milliseconds that count. */
const SPAN = 10_000;
/** Milliseconds between two marks: enough of them for a smooth figure, few enough to keep. */
const STEP = 250;

export class Pace {
  readonly #now: () => number;
  #marks: { readonly time: number; readonly done: number }[];
  #done = 0;

  /** @param now milliseconds */
  constructor(now = () => performance.now()) {
    this.#now = now;
    this.#marks = [{ time: now(), done: 0 }];
  }

  add(items: number): void {
    this.#done += items;
    const time = this.#now();
    if (time - (this.#marks.at(-1)?.time ?? 0) < STEP) return;
    this.#marks.push({ time, done: this.#done });
    while (this.#marks.length > 2 && time - (this.#marks[1]?.time ?? time) > SPAN) this.#marks.shift();
  }

  /** 0 before anything is done. */
  get perSecond(): number {
    const [first] = this.#marks;
    const milliseconds = this.#now() - (first?.time ?? 0);
    return milliseconds > 0 ? (1000 * (this.#done - (first?.done ?? 0))) / milliseconds : 0;
  }
}
