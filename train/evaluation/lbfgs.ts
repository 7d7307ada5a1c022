// L-BFGS: minimizes a smooth function of many variables from its values and gradients.

/** Value at a point, and the gradient there. */
export type Objective = (point: Float64Array) => Promise<{ value: number; gradient: Float64Array }>;

export interface LbfgsOptions {
  /** Ends when no element of the gradient is larger. Default 1e-5. */
  readonly tolerance?: number;
  /** Default 200. */
  readonly iterations?: number;
  /** Pairs of steps and gradient changes that approximate the curvature. Default 10. */
  readonly memory?: number;
}

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** Whether the gradient is within the tolerance. */
  readonly converged: boolean;
}

/** Sufficient decrease and curvature of the weak Wolfe conditions; halvings and doublings that look for them. */
const [DECREASE, CURVATURE, TRIALS] = [1e-4, 0.9, 20];

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** 1 / (step · change). */
  readonly rho: number;
}

interface Place {
  readonly point: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/**
 * Liu & Nocedal 1989, with a line search by bisection for the weak Wolfe conditions (Lewis & Overton 2013). Ends early,
 * not converged, where no step makes the value smaller: its rounding is coarser than what is left to gain.
 */
export async function lbfgs(
  objective: Objective,
  start: Float64Array,
  { tolerance = 1e-5, iterations = 200, memory = 10 }: LbfgsOptions = {},
): Promise<Minimum> {
  const pairs: Pair[] = [];
  let here: Place = { point: start, ...(await objective(start)) };
  const isDone = () => here.gradient.every((slope) => Math.abs(slope) <= tolerance);
  let iteration = 0;
  while (iteration < iterations && !isDone()) {
    const direction = twoLoop(here.gradient, pairs);
    // Without a curvature known yet, a step of length 1 at most.
    const first = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(here.gradient, here.gradient)));
    const next = await search(objective, here, direction, first);
    if (!next) break;
    const step = combine(next.point, here.point, -1);
    const change = combine(next.gradient, here.gradient, -1);
    const curvature = dot(step, change);
    if (curvature > 0) pairs.push({ step, change, rho: 1 / curvature });
    if (pairs.length > memory) pairs.shift();
    here = next;
    iteration++;
  }
  return { point: here.point, value: here.value, iterations: iteration, converged: isDone() };
}

/** Minus the inverse Hessian's approximation times the gradient. */
function twoLoop(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  let q: Float64Array = gradient.slice();
  const alphas: number[] = [];
  for (const { step, change, rho } of pairs.toReversed()) {
    const alpha = rho * dot(step, q);
    q = combine(q, change, -alpha);
    alphas.push(alpha);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.change, last.change));
    q = q.map((value) => value * scale);
  }
  for (const { step, change, rho } of pairs) {
    const beta = rho * dot(change, q);
    q = combine(q, step, (alphas.pop() as number) - beta);
  }
  return q.map((value) => -value);
}

/** A place along the direction that satisfies the conditions, or the best one found that is lower; else nothing. */
async function search(
  objective: Objective,
  from: Place,
  direction: Float64Array,
  first: number,
): Promise<Place | undefined> {
  const slope = dot(from.gradient, direction);
  let [low, high, length] = [0, Number.POSITIVE_INFINITY, first];
  let best: Place | undefined;
  for (let trial = 0; trial < TRIALS; trial++) {
    const point = combine(from.point, direction, length);
    const place: Place = { point, ...(await objective(point)) };
    if (place.value < (best?.value ?? from.value)) best = place;
    if (!(place.value <= from.value + DECREASE * length * slope)) high = length;
    else if (dot(place.gradient, direction) < CURVATURE * slope) low = length;
    else return place;
    length = Number.isFinite(high) ? (low + high) / 2 : 2 * low;
  }
  return best;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** a + factor · b. */
function combine(a: Float64Array, b: Float64Array, factor: number): Float64Array {
  return a.map((value, i) => value + factor * (b[i] as number));
}
