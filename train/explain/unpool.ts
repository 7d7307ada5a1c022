// The three unpoolings of a convolutional decoder, each as a matrix: from maps of 2 × 2 to maps of 4 × 4.
import * as tf from "@tensorflow/tfjs";
import { PutSwitched, Switches, TakeSwitched } from "../layers/max-switches.ts";
import { agreement } from "./agreement.ts";
import { type Convolution, convolutionMatrix } from "./convolution.ts";
import {
  type Explanation,
  explanation,
  grid,
  picture,
  product,
  type Section,
  stampsOf,
} from "./explanation.ts";
import { convolutionPrograms } from "./programs.ts";
import { nearestMatrix, switchesOf, switchMatrix } from "./unpooling.ts";

const SIDE = 2;
const WHOLE = 2 * SIDE;
/** The maps to be made larger. */
const maps = [1, 2, 3, 4];
const weights = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export async function explainUnpool(): Promise<Explanation> {
  return explanation("unpool", [await nearest(), await switches(), await transposed()]);
}

async function nearest(): Promise<Section> {
  const convolution: Convolution = {
    ...{ input: [WHOLE, WHOLE, 1], kernel: 3, filters: 1, stride: 1, padding: "same" },
  };
  const U = nearestMatrix(SIDE);
  const C = convolutionMatrix(convolution, weights);
  const enlarge = tf.layers.upSampling2d({ size: [2, 2] });
  const { forward } = convolutionPrograms(convolution, weights);
  const shape = [SIDE, SIDE, 1] as const;
  const copy = (x: tf.Tensor4D) => enlarge.apply(x) as tf.Tensor4D;
  return {
    title: 'Copies, then a convolution (model.unpool "nearest")',
    text: [
      "U copies each value of the maps m into a window of 2×2, an ordinary convolution C follows: together C·U.",
      "The kernel is learned, and looks at nine pixels everywhere but at the border: no checkerboard.",
      "Uᵀ adds up each window: Uᵀ/4 is average pooling, and (Uᵀ/4)·U = I.",
    ],
    grids: [
      [
        picture("m", maps, SIDE),
        picture("U·m", product(U, maps), WHOLE),
        picture("kernel", weights, 3),
        picture("C·U·m", product(C.mmul(U), maps), WHOLE),
      ],
      [
        grid("U", U, { rows: WHOLE, columns: SIDE }),
        grid("C", C, { rows: WHOLE, columns: WHOLE }),
        grid("C·U", C.mmul(U), { rows: WHOLE, columns: SIDE }),
      ],
    ],
    checks: [
      await agreement({ name: "copying, U", shape, call: copy }, U, maps),
      await agreement(
        { name: "copying and convolution, C·U", shape, call: (x) => forward.call(copy(x)) },
        C.mmul(U),
        maps,
      ),
    ],
  };
}

async function switches(): Promise<Section> {
  const whole = [
    [9, 1, 2, 8],
    [3, 5, 6, 4],
    [1, 2, 4, 0],
    [7, 3, 5, 6],
  ];
  const places = switchesOf(whole);
  const Pt = switchMatrix(SIDE, places);
  const P = Pt.transpose();
  const size = 2;
  const layers = [Switches, TakeSwitched, PutSwitched] as const;
  const [remember, take, put] = layers.map((Layer, i) => new Layer({ size, name: `explain_${i}` }));
  // By the layer that training uses, from the picture.
  const remembered = () => remember?.apply(tf.tensor4d(whole.flat(), [1, WHOLE, WHOLE, 1])) as tf.Tensor;
  return {
    title: 'Each value back to where the maximum was (model.unpool "max")',
    text: [
      "Max pooling remembers the place of each window's maximum, the switch: 0 1 over 2 3. Which places these are",
      "depends on x, so pooling is not linear; but with its switches given it is the matrix P, which takes the values",
      "at the switches. Unpooling is Pᵀ, which puts values back there among zeros. P·Pᵀ = I. Nothing is learned here;",
      "a convolution follows to fill the zeros.",
    ],
    grids: [
      [
        picture("x", whole.flat(), WHOLE),
        picture("switches", places, SIDE),
        picture("P·x", product(P, whole.flat()), SIDE),
        picture("m", maps, SIDE),
        picture("Pᵀ·m", product(Pt, maps), WHOLE),
      ],
      [grid("P", P, { rows: SIDE, columns: WHOLE }), grid("Pᵀ", Pt, { rows: WHOLE, columns: SIDE })],
    ],
    checks: [
      await agreement(
        {
          name: "taking at the switches of x, P",
          shape: [WHOLE, WHOLE, 1],
          call: (x) => take?.apply([x, remembered()]) as tf.Tensor,
        },
        P,
        whole.flat(),
      ),
      await agreement(
        {
          name: "putting at the switches of x, Pᵀ",
          shape: [SIDE, SIDE, 1],
          call: (x) => put?.apply([x, remembered()]) as tf.Tensor,
        },
        Pt,
        maps,
      ),
    ],
  };
}

async function transposed(): Promise<Section> {
  const convolution: Convolution = {
    ...{ input: [WHOLE, WHOLE, 1], kernel: 3, filters: 1, stride: 2, padding: "same" },
  };
  const X = convolutionMatrix(convolution, weights);
  const { back } = convolutionPrograms(convolution, weights);
  return {
    title: 'A convolution of stride 2, backwards (model.unpool "transpose")',
    text: [
      "X is the convolution of stride 2 from 4×4 to 2×2. Xᵀ·m makes m larger and convolves it in one, with a kernel",
      "that is learned. Where the stride does not divide the kernel's side, pixels get different numbers of stamps:",
      "that is where checkerboard patterns come from. More: latentkit explain transpose.",
    ],
    grids: [
      [
        picture("kernel", weights, 3),
        picture("m", maps, SIDE),
        picture("Xᵀ·m", product(X.transpose(), maps), WHOLE),
        picture("stamps on a pixel", stampsOf(X), WHOLE),
      ],
      [
        grid("X", X, { rows: SIDE, columns: WHOLE }),
        grid("Xᵀ", X.transpose(), { rows: WHOLE, columns: SIDE }),
      ],
    ],
    checks: [await agreement({ ...back, name: "transposed convolution, Xᵀ" }, X.transpose(), maps)],
  };
}
