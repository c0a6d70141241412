/** Medians, because a busy machine makes some runs slow and never one fast. */

/**
 * @param {readonly number[]} values
 * @param {number} share from 0 (least) to 1 (greatest)
 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.ceil(place);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5);

/**
 * Median of the quotients of runs that were neighbours in time, with their quartiles: what slows the
 * machine for a while slows both and drops out.
 *
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 */
export function pairedRatio(a, b) {
  const ratios = a.map((value, i) => value / b[i]);
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

/**
 * Least-squares slope of `y` over `x`.
 *
 * @param {readonly number[]} x
 * @param {readonly number[]} y
 */
export function slope(x, y) {
  const mean = (/** @type {readonly number[]} */ values) => values.reduce((a, b) => a + b, 0) / values.length;
  const meanX = mean(x);
  const meanY = mean(y);
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < x.length; i++) {
    covariance += (x[i] - meanX) * (y[i] - meanY);
    variance += (x[i] - meanX) ** 2;
  }
  return covariance / variance;
}
