/** Shares of cases, with intervals over what the cases come in: types, or documents. */
import { randomFrom } from './random.js';
import { quantile } from './statistics.js';

const resamples = 400;

/** Counts hits by group. */
export function createShare() {
  /** @type {Map<unknown, [number, number]>} */
  const groups = new Map();
  return {
    /**
     * @param {unknown} group cases of one are no independent evidence
     * @param {boolean} hit
     */
    count(group, hit) {
      const [hits, cases] = groups.get(group) ?? [0, 0];
      groups.set(group, [hits + (hit ? 1 : 0), cases + 1]);
    },
    get cases() {
      return [...groups.values()].reduce((sum, [, cases]) => sum + cases, 0);
    },
    /** In percent, with the middle 95 % of what resampled groups give: `1.2 (0.3-2.0)`; without cases a dash. */
    text(digits = 1) {
      if (groups.size === 0) return '-';
      const { value, low, high } = shareWithInterval([...groups.values()]);
      const percent = (share) => (100 * share).toFixed(digits);
      return `${percent(value)} (${percent(low)}-${percent(high)})`;
    },
    /** In percent, without an interval. */
    plain(digits = 1) {
      if (groups.size === 0) return '-';
      const [hits, cases] = [...groups.values()].reduce(([h, c], [hit, all]) => [h + hit, c + all], [0, 0]);
      return ((100 * hits) / cases).toFixed(digits);
    },
  };
}

/**
 * The share of all cases, and the middle 95 % of it over resampled groups.
 *
 * @param {readonly (readonly [hits: number, cases: number])[]} groups
 */
function shareWithInterval(groups) {
  const random = randomFrom(2);
  const shareOf = (chosen) => {
    const [hits, cases] = chosen.reduce(([h, c], [hit, all]) => [h + hit, c + all], [0, 0]);
    return hits / cases;
  };
  const resampled = Array.from({ length: resamples }, () =>
    shareOf(groups.map(() => groups[Math.floor(random() * groups.length)])),
  );
  return { value: shareOf(groups), low: quantile(resampled, 0.025), high: quantile(resampled, 0.975) };
}
