/** A picture ever more blurred, halved at each octave, and the differences from one blur to the next (Lowe 2004, section 3). */
import { blur, type Plane } from './blur.ts';

export interface Octave {
  /** Pixels of the picture along a side of one of these. */
  readonly step: number;
  /** `scalesOfOctave + 3` planes, each `2 ** (1 / scalesOfOctave)` times as blurred as the one before. */
  readonly blurred: readonly Plane[];
  /** Each plane minus the one before it. */
  readonly differences: readonly Plane[];
}

/** Lowe's figures: three scales an octave, the first blurred by 1.6 pixels, a camera's own blur taken for half a pixel. */
export const scalesOfOctave = 3;
const firstBlur = 1.6;
const ownBlur = 0.5;

/** A plane with a shorter side has no room for a place and what is around it. */
const leastSide = 16;

export function scaleSpace(picture: Plane): Octave[] {
  const octaves: Octave[] = [];
  let base = blur(picture, Math.sqrt(firstBlur ** 2 - ownBlur ** 2));
  for (let step = 1; Math.min(base.width, base.height) >= leastSide; step *= 2) {
    const blurred = [base];
    for (let i = 1; i < scalesOfOctave + 3; i++) {
      const [before, after] = [blurOf(i - 1), blurOf(i)];
      blurred.push(blur(blurred[i - 1]!, Math.sqrt(after ** 2 - before ** 2)));
    }
    const differences = blurred.slice(1).map((plane, i) => minus(plane, blurred[i]!));
    octaves.push({ step, blurred, differences });
    base = halve(blurred[scalesOfOctave]!);
  }
  return octaves;
}

/** Of a plane of an octave, in its own pixels; `index` need not be whole. */
export function blurOf(index: number): number {
  return firstBlur * 2 ** (index / scalesOfOctave);
}

function minus(one: Plane, other: Plane): Plane {
  const [a, b] = [one.data, other.data];
  const data = new Float32Array(a.length);
  for (let i = 0; i < data.length; i++) data[i] = a[i]! - b[i]!;
  return { ...one, data };
}

/** Every other pixel of every other row: it is blurred enough for that. */
function halve({ data, width, height }: Plane): Plane {
  const [half, rows] = [width >> 1, height >> 1];
  const halved = new Float32Array(half * rows);
  for (let y = 0, to = 0; y < rows; y++) {
    for (let x = 0; x < half; x++) halved[to++] = data[2 * y * width + 2 * x]!;
  }
  return { data: halved, width: half, height: rows };
}
