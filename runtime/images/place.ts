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

/** In one direction: `length` pixels of the input, from `to` on, show `shown` of the picture, from `from` on. */
export interface Stretch {
  readonly from: number;
  readonly shown: number;
  /** In whole pixels. */
  readonly to: number;
  readonly length: number;
}

export interface Placement {
  readonly x: Stretch;
  readonly y: Stretch;
}

/**
 * Rounds as sharp does (`CalculateCrop`, `CalculateEmbedPosition` in its common.cc), with which training resizes: what
 * is scaled gets whole pixels, with the picture in their middle.
 */
export function place(picture: Size, input: Size, fit: Fit): Placement {
  const x = input.width / picture.width;
  const y = input.height / picture.height;
  /** The ratio of both directions, where they have the same. */
  const ratios: Partial<Record<Fit, number>> = { cover: Math.max(x, y), contain: Math.min(x, y) };
  const both = ratios[fit];
  return {
    x: along(picture.width, input.width, both ?? x),
    y: along(picture.height, input.height, both ?? y),
  };
}

function along(picture: number, input: number, ratio: number): Stretch {
  const scaled = Math.max(1, Math.round(picture * ratio));
  const hidden = Math.max(scaled - input, 0);
  const length = scaled - hidden;
  const first = (picture - scaled / ratio) / 2;
  return {
    from: first + Math.floor((hidden + 1) / 2) / ratio,
    shown: length / ratio,
    to: Math.floor((input - length) / 2),
    length,
  };
}
