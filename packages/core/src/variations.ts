/** Altered copies of a picture, made on its tensor: the same in every runtime, and nothing is decoded twice. */
import { DocclfError } from './errors.ts';
import { isObject } from './options.ts';

/** Clockwise, in degrees. */
export type QuarterTurn = 90 | 180 | 270;

/** A part of a picture in shares of its width and height, 0 to 1, from its top-left corner. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What is done to a copy: first a region is hidden, then the picture is inverted and turned. */
export interface Variation {
  /** Painted over with its own mean colour: what was drawn there is gone, and no new edge is sharp. */
  readonly hide?: Region | undefined;
  /** Dark becomes light, channel by channel: what a scan of a negative shows. */
  readonly invert?: true | undefined;
  readonly turn?: QuarterTurn | undefined;
}

/** What a caller without types may take for one is none. */
export function isVariation(value: unknown): value is Variation {
  if (!isObject(value)) return false;
  const { hide, invert, turn, ...others } = value as Variation;
  return (
    Object.keys(others).length === 0 &&
    (hide === undefined || isRegion(hide)) &&
    (invert === undefined || invert === true) &&
    (turn === undefined || quarterTurns.some((quarter) => quarter.turn === turn))
  );
}

function isRegion(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { x, y, width, height } = value as Region;
  return [x, y, width, height].every((share) => typeof share === 'number' && share >= 0 && share <= 1);
}

/** The three ways in which an upright picture may also lie. */
export const quarterTurns: readonly { readonly turn: QuarterTurn }[] = [
  { turn: 90 },
  { turn: 180 },
  { turn: 270 },
];

interface Shape {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
}

/** A tensor's value is (share of full light - mean) / std, by channel. */
interface Scale {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Share of full light on average below which a picture may be a negative: pages have 0.7 and more, hardly a cover has less. */
const darkest = 0.25;

/** Is a planar tensor so dark that it may be the negative of a page? */
export function mayBeNegative(
  tensor: Float32Array,
  { channels, width, height }: Shape,
  { mean, std }: Scale,
): boolean {
  const plane = width * height;
  let light = 0;
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    for (let i = channel * plane; i < (channel + 1) * plane; i++) sum += tensor[i]!;
    light += (sum / plane) * std[channel]! + mean[channel]!;
  }
  return light / channels < darkest;
}

/**
 * A copy of a planar tensor (channels x height x width), varied. Since every picture is squashed to the
 * input size, turning a square tensor is turning the picture.
 *
 * @throws INVALID_ARGUMENT for a turn of an input that is not square
 */
export function vary(
  tensor: Float32Array,
  shape: Shape,
  scale: Scale,
  { hide, invert, turn }: Variation,
): Float32Array {
  const copy = tensor.slice();
  if (hide) flatten(copy, shape, hide);
  if (invert) negate(copy, shape, scale);
  return turn ? turned(copy, shape, turn) : copy;
}

function flatten(tensor: Float32Array, { channels, width, height }: Shape, region: Region): void {
  const left = Math.round(region.x * width);
  const right = Math.round((region.x + region.width) * width);
  const top = Math.round(region.y * height);
  const bottom = Math.round((region.y + region.height) * height);
  for (let channel = 0; channel < channels; channel++) {
    const rows = Array.from({ length: Math.max(0, bottom - top) }, (_, i) => {
      const start = (channel * height + top + i) * width;
      return tensor.subarray(start + left, start + right);
    });
    let sum = 0;
    for (const row of rows) for (const value of row) sum += value;
    for (const row of rows) row.fill(sum / (rows.length * row.length));
  }
}

/** A share x of full light becomes 1 - x, whatever mean and std make of them. */
function negate(tensor: Float32Array, { channels, width, height }: Shape, { mean, std }: Scale): void {
  const plane = width * height;
  for (let channel = 0; channel < channels; channel++) {
    const both = (1 - 2 * mean[channel]!) / std[channel]!;
    for (let i = channel * plane; i < (channel + 1) * plane; i++) tensor[i] = both - tensor[i]!;
  }
}

function turned(tensor: Float32Array, { channels, width, height }: Shape, turn: QuarterTurn): Float32Array {
  if (width !== height) {
    const expected = 'a model with a square input';
    const received = `one of ${width} x ${height}`;
    throw new DocclfError('INVALID_ARGUMENT', { argument: 'rotations', expected, received });
  }
  const last = width - 1;
  const out = new Float32Array(tensor.length);
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * width * height;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [fromX, fromY] =
          turn === 90 ? [y, last - x] : turn === 180 ? [last - x, last - y] : [last - y, x];
        out[to++] = tensor[plane + fromY * width + fromX]!;
      }
    }
  }
  return out;
}
