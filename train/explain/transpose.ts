// The transposed convolution: the matrix of a convolution, transposed.
import type { Matrix } from "ml-matrix";
import { seededRandom } from "../../data/index.ts";
import { agreement } from "./agreement.ts";
import { type Convolution, convolutionMatrix, outputShape } from "./convolution.ts";
import {
  type Check,
  type Explanation,
  explanation,
  grid,
  picture,
  product,
  type Section,
  stampsOf,
} from "./explanation.ts";
import { convolutionPrograms } from "./programs.ts";

export interface TransposeOptions {
  /** Side of the input. Default 4. */
  readonly size?: number;
  /** Side of the kernel, at most `size`. Default 3, or `size` where that is less. */
  readonly kernel?: number;
  /** Default: 1 and then 2. */
  readonly stride?: number;
}

const introduction = [
  "With the pixels of x as one column, row after row, the convolution is y = X·x: each row of X is the kernel,",
  "laid where one output looks (gaps part the rows of the picture, dots are zeros). The transposed convolution is",
  "Xᵀ·y: each column of Xᵀ is the kernel again, laid down once for each value of y and multiplied by it; where such",
  "stamps overlap, they add up. It gives back the size of x, not its values: XᵀX is not I. It is how gradients go",
  "back through the convolution.",
];
const withStride = [
  "Now the kernel looks at every second pixel: its places in X lie two columns apart. Backwards, stamps lie two pixels",
  "apart: this is how a decoder makes maps larger. Unless the stride divides the kernel's side, some pixels get more",
  "stamps than others.",
];

/** With stride 1 there is no padding, else `same`. */
export async function explainTranspose({
  size = 4,
  kernel = Math.min(3, size),
  stride,
}: TransposeOptions = {}): Promise<Explanation> {
  const input = [size, size, 1] as const;
  const sections: Section[] = [];
  for (const each of stride === undefined ? [1, 2] : [stride]) {
    const padding = each === 1 ? "valid" : "same";
    const text = sections.length === 0 ? introduction : withStride;
    sections.push(await section({ input, kernel, filters: 1, stride: each, padding }, text));
  }
  return explanation("transpose", sections);
}

async function section(convolution: Convolution, text: readonly string[]): Promise<Section> {
  const { input, kernel, stride, padding } = convolution;
  const [size] = input;
  const [outputs] = outputShape(convolution);
  const weights = Array.from({ length: kernel * kernel }, (_, i) => i + 1);
  const X = convolutionMatrix(convolution, weights);
  const x = Array.from({ length: size * size }, (_, i) => (Math.floor(i / size) === i % size ? 1 : 0));
  const y = product(X, x);
  return {
    title:
      `Convolution ${kernel}×${kernel}, stride ${stride}, padding ${padding}: ` +
      `${size}×${size} → ${outputs}×${outputs}`,
    text,
    grids: [
      [
        picture("kernel", weights, kernel),
        picture("x", x, size),
        picture("y = X·x", y, outputs),
        picture("Xᵀ·y", product(X.transpose(), y), size),
        picture("stamps on a pixel", stampsOf(X), size),
      ],
      [
        grid("X", X, { rows: outputs, columns: size }),
        grid("Xᵀ", X.transpose(), { rows: size, columns: outputs }),
      ],
    ],
    checks: [
      ...(await checks("", convolution, weights, X, x, y)),
      ...(await randomChecks({ ...convolution, input: [size, size, 2], filters: 3 })),
    ],
  };
}

/** With random weights and more than one channel on both sides. */
function randomChecks(convolution: Convolution): Promise<Check[]> {
  const { kernel, input, filters } = convolution;
  const random = seededRandom(2);
  // As float32, which is what tfjs keeps.
  const weights = Float32Array.from({ length: kernel ** 2 * input[2] * filters }, () => 2 * random() - 1);
  const name = `, random kernel, ${input[2]} and ${filters} channels`;
  return checks(name, convolution, weights, convolutionMatrix(convolution, weights));
}

/** Both directions, in tfjs and as ONNX, against X and Xᵀ. */
async function checks(
  name: string,
  convolution: Convolution,
  weights: ArrayLike<number>,
  X: Matrix,
  x: readonly number[] = [],
  y: readonly number[] = [],
): Promise<Check[]> {
  const { forward, back } = convolutionPrograms(convolution, weights, name);
  return [await agreement(forward, X, x), await agreement(back, X.transpose(), y)];
}
