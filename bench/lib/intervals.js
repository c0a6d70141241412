/** Intervals of shares. */
import { randomFrom } from './random.js';

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

/**
 * The share of items for which something holds, in percent, with its 95 % interval when types are drawn again: images of one
 * type are no independent witnesses (bootstrap over clusters; Efron and Tibshirani 1993). Always the same draws.
 *
 * @template {{ readonly type: string }} Item
 * @param {readonly Item[]} items
 * @param {(item: Item) => boolean} holds
 */
export function overTypes(items, holds) {
  const types = [...new Set(items.map(({ type }) => type))].map((type) => {
    const list = items.filter((item) => item.type === type);
    return [list.filter(holds).length, list.length];
  });
  if (types.length === 0) return '–';
  const random = randomFrom(20261126);
  const shareOf = (drawn) => {
    const [count, total] = drawn.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
    return (100 * count) / total;
  };
  const draws = Array.from({ length: 1000 }, () =>
    shareOf(types.map(() => types[Math.floor(random() * types.length)])),
  ).sort((a, b) => a - b);
  return `${shareOf(types).toFixed(1)} (${draws[25].toFixed(1)} to ${draws[974].toFixed(1)})`;
}
