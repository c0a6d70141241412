/** Pictures of several of the made documents, drawn here. */
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Point } from '../src/index.ts';

export const documents = fileURLToPath(new URL('../../../fixtures/documents/', import.meta.url));

/** A document of `references`, how wide, where its box begins, and turned clockwise by so many degrees. */
export interface Laid {
  readonly file: string;
  readonly width: number;
  readonly left: number;
  readonly top: number;
  readonly turn?: number;
}

/** The picture, and the middle of each document in it. */
export async function lay(background: string, width: number, height: number, laid: readonly Laid[]) {
  const pieces = await Promise.all(
    laid.map(async ({ file, left, top, turn = 0, width: wide }) => {
      const upright = await sharp(`${documents}references/${file}.jpg`)
        .resize({ width: wide })
        .ensureAlpha()
        .png()
        .toBuffer();
      const { data, info } = await sharp(upright)
        .rotate(turn, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
        .png()
        .toBuffer({ resolveWithObject: true });
      return { input: data, left, top, middle: { x: left + info.width / 2, y: top + info.height / 2 } };
    }),
  );
  const picture = await sharp({ create: { width, height, channels: 3, background } })
    .composite(pieces.map(({ input, left, top }) => ({ input, left, top })))
    .jpeg({ quality: 90 })
    .toBuffer();
  return { picture, middles: pieces.map(({ middle }) => middle) };
}

export const middleOf = (corners: readonly Point[]): Point => ({
  x: corners.reduce((sum, { x }) => sum + x, 0) / 4,
  y: corners.reduce((sum, { y }) => sum + y, 0) / 4,
});

export const twoOnAScan: Laid[] = [
  { file: 'id-front', width: 700, left: 150, top: 150, turn: 12 },
  { file: 'id-back', width: 700, left: 300, top: 900, turn: -80 },
];
export const fourOnADesk: Laid[] = [
  { file: 'id-front', width: 620, left: 80, top: 100, turn: 10 },
  { file: 'id-back', width: 620, left: 1000, top: 90, turn: -7 },
  { file: 'insurance-acme-claim-form', width: 480, left: 100, top: 760, turn: 4 },
  { file: 'receipts-corner-shop', width: 330, left: 1250, top: 640, turn: -12 },
];
export const pile: Laid[] = [
  { file: 'insurance-acme-claim-form', width: 880, left: 150, top: 150, turn: 5 },
  { file: 'id-front', width: 700, left: 650, top: 700, turn: -15 },
];
export const alone: Laid[] = [
  { file: 'insurance-acme-claim-form', width: 880, left: 250, top: 150, turn: 5 },
];
