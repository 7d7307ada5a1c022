// Gives every value and node of a model a name of its own.

/** Names handed out so far; a wished name that is taken gets a number. */
export class NameTable {
  private readonly taken = new Map<string, number>();

  has(name: string): boolean {
    return this.taken.has(name);
  }

  /** Takes exactly this name. Throws when it is taken. */
  reserve(name: string): string {
    if (this.taken.has(name)) throw new Error(`the name "${name}" is used twice`);
    this.taken.set(name, 1);
    return name;
  }

  /** The wished name, or the first of name_1, name_2, … that is free. */
  unique(wish: string): string {
    let count = this.taken.get(wish);
    if (count === undefined) return this.reserve(wish);
    let name: string;
    do name = `${wish}_${count++}`;
    while (this.taken.has(name));
    this.taken.set(wish, count);
    return this.reserve(name);
  }
}
