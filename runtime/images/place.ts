// Where a picture comes to lie in the model's: what part of it is taken, and what part of the model's input it fills.

/**
 * `cover` fills the input and cuts off what sticks out; `contain` shows the whole picture with margins; `stretch`
 * shows it whole and fills the input, in another shape.
 */
export type Fit = "cover" | "contain" | "stretch";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The box of the picture, in its pixels, that becomes the box of the input, in whole pixels. */
export interface Placement {
  readonly from: Box;
  readonly to: Box;
}

export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * Rounds as sharp does (`CalculateCrop`, `CalculateEmbedPosition` in its common.cc), with which training resizes: what
 * is scaled gets whole pixels, with the picture in their middle.
 */
export function place(picture: Size, input: Size, fit: Fit): Placement {
  if (fit === "stretch")
    return { from: { left: 0, top: 0, ...size(picture) }, to: { left: 0, top: 0, ...size(input) } };
  const ratios = [input.width / picture.width, input.height / picture.height];
  const ratio = fit === "cover" ? Math.max(...ratios) : Math.min(...ratios);
  const x = along(picture.width, input.width, ratio);
  const y = along(picture.height, input.height, ratio);
  return {
    from: { left: x.from, top: y.from, width: x.length / ratio, height: y.length / ratio },
    to: { left: x.to, top: y.to, width: x.length, height: y.length },
  };
}

/** In one direction: `length` pixels of the input from `to` on show the picture from `from` on. */
function along(picture: number, input: number, ratio: number) {
  const scaled = Math.max(1, Math.round(picture * ratio));
  const first = (picture - scaled / ratio) / 2;
  if (scaled <= input) return { from: first, to: Math.floor((input - scaled) / 2), length: scaled };
  return { from: first + Math.floor((scaled - input + 1) / 2) / ratio, to: 0, length: input };
}

function size({ width, height }: Size): Size {
  return { width, height };
}
