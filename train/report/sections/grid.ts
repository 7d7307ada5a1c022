// What the decoder makes of codes all over a plane.
import { kindOf } from "../kind.ts";
import { image, natural, paint, sheet } from "../pixels.ts";
import type { SectionMaker } from "../section.ts";

const STEPS = 20;
const WIDTH = 720;
/** Shares of the items' codes that lie below and above the plane's edges. */
const MARGIN = 0.01;

export const grid: SectionMaker = async ({ items, manifest, runtime }) => {
  const kind = kindOf(manifest.input.shape);
  const switches = manifest.outputs.switches ?? [];
  if (!items || manifest.codeSize !== 2 || switches.length > 0 || kind.kind !== "picture") return undefined;
  const [x, y] = [0, 1].map((axis) => {
    const values = items.codes.filter((_, i) => i % 2 === axis).sort();
    const at = (share: number) => values[Math.round(share * (values.length - 1))] as number;
    return { from: at(MARGIN), to: at(1 - MARGIN) };
  }) as [Span, Span];
  const step = ({ from, to }: Span, i: number) => from + ((to - from) * i) / (STEPS - 1);
  const codes = Float32Array.from({ length: STEPS * STEPS * 2 }, (_, i) => {
    const [column, row] = [(i >> 1) % STEPS, Math.floor((i >> 1) / STEPS)];
    // Up is more, as on the map.
    return i % 2 === 0 ? step(x, column) : step(y, STEPS - 1 - row);
  });
  const { data } = await runtime.decode(codes);
  const size = data.length / (STEPS * STEPS);
  const pictures = Array.from({ length: STEPS * STEPS }, (_, n) =>
    paint(data.subarray(n * size, (n + 1) * size), kind.shape, natural),
  );
  const zoom = Math.max(1, Math.floor(WIDTH / (STEPS * kind.shape[1])));
  const show = ({ from, to }: Span) => `${from.toPrecision(3)} to ${to.toPrecision(3)}`;
  return {
    id: "grid",
    title: "Decoded plane",
    note: `The decoder's pictures of codes with a first number (to the right) from ${show(x)} and a second (up) from ${show(y)}.`,
    body: await image(sheet(pictures, STEPS, 0), zoom, `${STEPS} × ${STEPS} decoded codes`),
  };
};

interface Span {
  readonly from: number;
  readonly to: number;
}
