/** Where in the two pictures the print lies that told a look-alike from another. */
import type { SharedPlace, Told } from '../second-look-contract.ts';
import type { Region } from '../variations.ts';

/** Places that lie no further apart than this share of the picture's long side are of one region. */
const near = 0.15;
/** How far the region reaches beyond the middles of its points, in shares of either side. */
const rim = 0.02;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** @param places at least one */
export function toldBy(from: string, places: readonly SharedPlace[], image: Size): Told {
  const region = densest(places, image);
  return {
    from,
    places: places.length,
    probe: around(region.map(({ probe }) => probe)),
    reference: around(region.map(({ reference }) => reference)),
  };
}

/** The places about that one which has most of the others near it. */
function densest(places: readonly SharedPlace[], { width, height }: Size): readonly SharedPlace[] {
  const reach = near * Math.max(width, height);
  const nearOf = ({ probe: { x, y } }: SharedPlace) =>
    places.filter(({ probe }) => Math.hypot((probe.x - x) * width, (probe.y - y) * height) <= reach);
  return places.map(nearOf).reduce((best, next) => (next.length > best.length ? next : best));
}

function around(points: readonly { readonly x: number; readonly y: number }[]): Region {
  const between = (values: readonly number[]) => {
    const low = Math.max(0, Math.min(...values) - rim);
    return [low, Math.min(1, Math.max(...values) + rim) - low] as const;
  };
  const [x, width] = between(points.map((point) => point.x));
  const [y, height] = between(points.map((point) => point.y));
  return { x, y, width, height };
}
