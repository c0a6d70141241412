/** Axes and marks of a chart as inline SVG; colours come from the page's style sheet, so that it can be light or dark. */
import { type Content, html, type Markup } from '../html.ts';

export interface Axis {
  readonly label: string;
  readonly kind: 'linear' | 'log';
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** From values to pixels. Values beyond an axis are drawn at its end. */
export interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface ChartOptions {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly width?: number;
  readonly height?: number;
}

export function chart(options: ChartOptions, draw: (scales: Scales) => Content): Markup {
  const { title, x, y, width = 560, height = 360 } = options;
  const [left, right, top, bottom] = [58, width - 24, 12, height - 46];
  const scales = { x: scale(x, left, right), y: scale(y, bottom, top), left, right, top, bottom };
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
${y.ticks.map(({ at, text }) => {
  const height = round(scales.y(at));
  return html`<path class="grid" d="M${left} ${height}H${right}"/><text class="tick" x="${left - 8}" y="${height + 4}" text-anchor="end">${text}</text>`;
})}
${x.ticks.map(({ at, text }) => {
  const place = round(scales.x(at));
  return html`<path class="grid" d="M${place} ${top}V${bottom}"/><text class="tick" x="${place}" y="${bottom + 18}" text-anchor="middle">${text}</text>`;
})}
${draw(scales)}
<path class="axis" d="M${left} ${top}V${bottom}H${right}"/>
<text class="label" x="${(left + right) / 2}" y="${height - 8}" text-anchor="middle">${x.label}</text>
<text class="label" transform="translate(14 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${y.label}</text>
</svg>`;
}

/** Points in pixels. */
export type Points = readonly (readonly [x: number, y: number])[];

export function line(points: Points, className: string): Markup {
  return html`<path class="line ${className}" d="${path(points)}"/>`;
}

export function area(points: Points, className: string): Markup {
  return html`<path class="area ${className}" d="${path(points)}Z"/>`;
}

/** Powers of ten from `from` to `to`. */
export function decades(from: number, to: number, format: (value: number) => string): Axis['ticks'] {
  const [first, last] = [Math.round(Math.log10(from)), Math.round(Math.log10(to))];
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const at = 10 ** (first + i);
    return { at, text: format(at) };
  });
}

/** About `count` round steps from `from` to `to`. */
export function steps(
  from: number,
  to: number,
  count: number,
  format: (value: number) => string,
): Axis['ticks'] {
  const raw = (to - from) / count;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * magnitude >= raw * 0.999) ?? 10) * magnitude;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const at = (first + i) * step;
    return { at, text: format(at) };
  });
}

export function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function path(points: Points): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
}

function scale({ kind, from, to }: Axis, start: number, end: number): (value: number) => number {
  const place = kind === 'log' ? Math.log : (value: number) => value;
  const [first, length] = [place(from), place(to) - place(from)];
  return (value) => {
    const clamped = Math.min(Math.max(value, from), to);
    return start + ((place(clamped) - first) / length) * (end - start);
  };
}
