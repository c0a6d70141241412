/**
 * The guide in the camera's picture: what lies inside it is looked at. The model sees all that it is
 * given, so a desk around the page would be part of the document. Pure.
 */

/** Width over height of what people hold up; `all` is the whole picture. ISO 216, ISO/IEC 7810 ID-1, and a till roll. */
const aspects = { page: 1 / Math.SQRT2, card: 85.6 / 53.98, slip: 0.48, all: undefined } as const;

export type GuideShape = keyof typeof aspects;

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Share of the picture's shorter fit that stays free on each side, so that edges can be seen to be inside. */
const border = 0.04;

/** The guide in whole pixels of a picture: as large as fits, in the middle. */
export function guideIn(width: number, height: number, shape: GuideShape): Rectangle {
  const aspect = aspects[shape];
  if (aspect === undefined) return { left: 0, top: 0, width, height };
  const share = 1 - 2 * border;
  const guideWidth = Math.round(Math.min(width * share, height * share * aspect));
  const guideHeight = Math.round(guideWidth / aspect);
  return {
    left: Math.round((width - guideWidth) / 2),
    top: Math.round((height - guideHeight) / 2),
    width: guideWidth,
    height: guideHeight,
  };
}
