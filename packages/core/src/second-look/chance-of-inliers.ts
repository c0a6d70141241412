/** What a number of inliers means: how often a reference of another document has as many. */

/**
 * The share of strangers with so many inliers or more: nearly all have none, for fewer than five are not counted, and from
 * there on it falls by the same factor with each (bench/RESULTS.md has the counts).
 */
const tail = { first: 5, share: 0.004, ratio: 0.65 } as const;

/**
 * Two pictures of one document that both have so many points hardly ever agree in none: one in twenty pairs of filled forms
 * does, of photos and covers one in two hundred (bench/RESULTS.md). Where nothing agrees, that speaks for a stranger. Of a picture
 * with a shorter long side it says nothing: what was fine print has run together, and has points of its own.
 */
const silence = { points: 50, side: 160, weight: 20 } as const;

/** By how much an E-value grows where no point agrees. */
export function weightOfSilence(
  probe: { readonly points: number; readonly width: number; readonly height: number },
  referencePoints: number,
): number {
  const isRich = Math.min(probe.points, referencePoints) >= silence.points;
  return isRich && Math.max(probe.width, probe.height) >= silence.side ? silence.weight : 1;
}

/** No more strangers than that were ever measured. */
const most = 40;

/** In (0, 1]. */
export function chanceOfInliers(inliers: number): number {
  if (inliers < tail.first) return 1;
  return tail.share * tail.ratio ** (Math.min(most, inliers) - tail.first);
}

/**
 * An E-value of the vector and a number of inliers as one E-value: how many strangers would come so far by both together,
 * in whatever way it is shared between the two. A product of two chances is smaller than the chance of so small a product
 * (Fisher 1932); inliers being a count, that is summed over all counts: the more of them, the less need the vector say.
 *
 * @param comparisons what the E-value is when the vector says nothing: references that the probe was compared with
 */
export function combinedEvalue(evalue: number, inliers: number, comparisons: number): number {
  const product = evalue * chanceOfInliers(inliers);
  const largest = Math.max(evalue, comparisons);
  let sum = 0;
  for (let count = tail.first - 1; count <= most; count++) {
    const chance = chanceOfInliers(count);
    const share = count === most ? chance : chance - chanceOfInliers(count + 1);
    sum += share * Math.min(largest, product / chance);
  }
  return sum;
}
