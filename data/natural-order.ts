// The order people expect of names with numbers in them, the same on every machine: `img2` before `img10`.

/** Compares runs of digits by value and everything else by code unit. For `sort`. */
export function naturalOrder(a: string, b: string): number {
  const left = a.match(parts) ?? [];
  const right = b.match(parts) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareParts(left[i] ?? "", right[i] ?? "");
    if (order !== 0) return order;
  }
  // Names that differ only in leading zeros still have one order.
  return left.length - right.length || byCodeUnit(a, b);
}

const parts = /\d+|\D+/g;

function compareParts(a: string, b: string): number {
  const digits = /^\d/;
  if (!digits.test(a) || !digits.test(b)) return byCodeUnit(a, b);
  const x = a.replace(/^0+/, "");
  const y = b.replace(/^0+/, "");
  return x.length - y.length || byCodeUnit(x, y);
}

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
