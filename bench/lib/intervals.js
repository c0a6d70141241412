/** Intervals of shares. */

/**
 * A share in percent with its 95 % interval (Wilson, Probable inference, 1927), which stays within 0 to 100.
 *
 * @param {number} count
 * @param {number} total
 */
export function wilson(count, total) {
  const z = 1.96;
  const share = count / total;
  const centre = (share + z ** 2 / (2 * total)) / (1 + z ** 2 / total);
  const half =
    (z / (1 + z ** 2 / total)) * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  const percent = (value) => (100 * Math.min(1, Math.max(0, value))).toFixed(1);
  return `${percent(share)} (${percent(centre - half)} to ${percent(centre + half)})`;
}
