/** An E-value in words that need no explanation. */

/** Below this nobody can tell one chance from another. */
const least = 1e-6;

/**
 * What an E-value says: `1 in 5,000 unknown documents would match this well by chance`.
 *
 * @param evalue unknown documents that would match as well by chance, out of one; above 0
 */
export function describeChance(evalue: number): string {
  if (evalue < least) return 'fewer than 1 in a million unknown documents would match this well by chance';
  if (evalue > 0.5) return 'most unknown documents would match this well by chance';
  // Two digits are more than it knows.
  const one = Number((1 / evalue).toPrecision(2));
  return `1 in ${Math.max(2, Math.round(one)).toLocaleString('en')} unknown documents would match this well by chance`;
}
