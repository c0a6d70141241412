/** What an E-value is beside a share of strangers, and in words that need no explanation. */

/**
 * The E-value up to which a probe is accepted when so many unknown documents, 0 to 1, may be: of an expectation of E the
 * chance of one or more is 1 - exp(-E) (Karlin and Altschul 1990).
 */
export function evalueAt(fpir: number): number {
  return -Math.log1p(-fpir);
}

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
