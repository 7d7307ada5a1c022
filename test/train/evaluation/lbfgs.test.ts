// L-BFGS on functions whose minima are known.
import assert from "node:assert/strict";
import test from "node:test";
import { lbfgs, type Objective } from "../../../train/evaluation/lbfgs.ts";

/** Σ i·(xᵢ - i)². */
const bowl: Objective = async (x) => ({
  value: x.reduce((sum, xi, i) => sum + (i + 1) * (xi - i) ** 2, 0),
  gradient: x.map((xi, i) => 2 * (i + 1) * (xi - i)),
});

const rosenbrock: Objective = async ([x = 0, y = 0]) => ({
  value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
  gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
});

test("the minimum of a badly scaled bowl is found in fewer steps than it has dimensions squared", async () => {
  const { point, converged, iterations } = await lbfgs(bowl, new Float64Array(50), { tolerance: 1e-8 });
  assert.ok(converged && iterations < 100, `${iterations} iterations`);
  point.forEach((x, i) => {
    assert.ok(Math.abs(x - i) < 1e-8);
  });
});

test("Rosenbrock's valley is followed to its end", async () => {
  const { point, converged } = await lbfgs(rosenbrock, Float64Array.of(-1.2, 1), { tolerance: 1e-9 });
  assert.ok(converged);
  assert.ok(Math.hypot((point[0] as number) - 1, (point[1] as number) - 1) < 1e-7, String(point));
});

test("it ends where it may go no further, and says that it has not converged", async () => {
  const short = await lbfgs(rosenbrock, Float64Array.of(-1.2, 1), { iterations: 3 });
  assert.deepEqual([short.iterations, short.converged], [3, false]);
  const cliff: Objective = async (x) => ({ value: 0, gradient: x.map(() => 1) });
  const stuck = await lbfgs(cliff, new Float64Array(2));
  assert.deepEqual([stuck.iterations, stuck.converged], [0, false]);
});
