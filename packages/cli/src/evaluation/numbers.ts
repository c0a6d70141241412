/** Figures as text. What the data cannot say is a dash. */
import type { Figure } from '@docclf/core/evaluation';

/** `0.0001`, never `1e-4`: also the key of a rate in JSON. */
export function rateName(rate: number): string {
  return rate >= 1e-6 || rate === 0 ? String(rate) : rate.toFixed(12).replace(/0+$/, '');
}

/** `90.1 %` */
export function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : `${digits(value)} %`;
}

/** `85.0 to 98.6` */
export function percentRange({ interval }: Figure): string {
  return interval === null ? '' : `${digits(interval[0])} to ${digits(interval[1])}`;
}

/** `90.1 % (85.0 to 98.6)` */
export function percentWithRange(figure: Figure): string {
  const range = percentRange(figure);
  return range === '' ? percent(figure.value) : `${percent(figure.value)} (${range})`;
}

/** `73,890` */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** One digit, and more near the ends, where 99.96 is not 100. */
function digits(share: number): string {
  const value = 100 * share;
  const distance = Math.min(value, 100 - value);
  return distance > 1e-9 && distance < 0.05 ? value.toFixed(distance < 0.005 ? 3 : 2) : value.toFixed(1);
}
