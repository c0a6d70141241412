/** Could a photo of a flat picture show it so? */
import { type Matrix3, mapPoint } from '@docclf/preprocess';
import type { Features } from './features.ts';

type Size = Pick<Features, 'width' | 'height'>;

/** Shares of the probe's area that the reference may take. */
const area = { least: 0.02, most: 6 };
/** Sines of the corners' angles, and how much one side may be longer than the one opposite. */
const leastSine = 0.35;
const mostUneven = 2.5;
/**
 * Share of the reference, by the area that it has in perspective, that the probe must show. Of photos and forms that match, the
 * least was 0.56; a few chance points may lay a reference half beside the picture.
 */
const leastInView = 0.5;
/** Places along a side at which that is asked. */
const lattice = 12;

/** Whether the reference's frame comes out convex, unmirrored, neither tiny, huge nor drawn out, and mostly in the picture. */
export function isPlausible(matrix: Matrix3, reference: Size, probe: Size): boolean {
  const { width, height } = reference;
  const frame = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ] as const;
  // In front of the camera with all four corners.
  if (frame.some(([x, y]) => !(matrix[6] * x + matrix[7] * y + matrix[8] > 1e-9))) return false;
  const corners = frame.map(([x, y]) => mapPoint(matrix, x, y));
  const sides = corners.map(({ x, y }, i) => {
    const next = corners[(i + 1) % 4]!;
    return { x: next.x - x, y: next.y - y, length: Math.hypot(next.x - x, next.y - y) };
  });
  const sines = sides.map(({ x, y, length }, i) => {
    const next = sides[(i + 1) % 4]!;
    return (x * next.y - y * next.x) / (length * next.length);
  });
  if (!sines.every((sine) => sine >= leastSine)) return false;
  const uneven = [0, 1].map((i) => sides[i]!.length / sides[i + 2]!.length);
  if (!uneven.every((ratio) => ratio <= mostUneven && ratio >= 1 / mostUneven)) return false;
  const doubled = corners.reduce((sum, { x, y }, i) => {
    const next = corners[(i + 1) % 4]!;
    return sum + x * next.y - y * next.x;
  }, 0);
  const share = doubled / 2 / (probe.width * probe.height);
  return share >= area.least && share <= area.most && inView(matrix, reference, probe) >= leastInView;
}

/** The share of the reference's area, as it lies in the probe, that is within the picture. */
function inView(matrix: Matrix3, reference: Size, probe: Size): number {
  let [inside, all] = [0, 0];
  for (let i = 0; i < lattice; i++) {
    for (let j = 0; j < lattice; j++) {
      const x = ((i + 0.5) / lattice) * reference.width;
      const y = ((j + 0.5) / lattice) * reference.height;
      // What a small piece takes of the probe falls with the cube of its distance.
      const piece = 1 / (matrix[6] * x + matrix[7] * y + matrix[8]) ** 3;
      const place = mapPoint(matrix, x, y);
      all += piece;
      if (place.x >= 0 && place.y >= 0 && place.x <= probe.width && place.y <= probe.height) inside += piece;
    }
  }
  return inside / all;
}
