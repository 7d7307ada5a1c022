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
  const ratioX = input.width / picture.width;
  const ratioY = input.height / picture.height;
  const alike = { cover: Math.max(ratioX, ratioY), contain: Math.min(ratioX, ratioY), stretch: undefined }[
    fit
  ];
  const x = along(picture.width, input.width, alike ?? ratioX);
  const y = along(picture.height, input.height, alike ?? ratioY);
  return {
    from: { left: x.from, top: y.from, width: x.shown, height: y.shown },
    to: { left: x.to, top: y.to, width: x.length, height: y.length },
  };
}

/** In one direction: `length` pixels of the input from `to` on show `shown` of the picture from `from` on. */
function along(picture: number, input: number, ratio: number) {
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
