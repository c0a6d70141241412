/** Where the scores lie, and what a growing gallery does at a fixed threshold. */

import { type Content, html, type Markup } from '../html.ts';
import { type Axis, area, chart, decades, line, type Points, round, type Scales, steps } from './chart.ts';
import type { Evaluated } from './evaluated.ts';
import { percent } from './numbers.ts';

/** Shares on a log axis: the impostors that matter are few. */
export function histogramChart({ evaluation, threshold }: Evaluated): Markup {
  const { genuine, impostor } = evaluation.histogram;
  const bins = genuine.length;
  const shares = [genuine, impostor].map((counts) => {
    const sum = counts.reduce((total, count) => total + count, 0);
    return counts.map((count) => count / Math.max(1, sum));
  });
  const used = genuine.flatMap((count, bin) => (count + impostor[bin]! > 0 ? [bin] : []));
  const from = Math.floor(Math.min((used[0] ?? 0) / bins, threshold.value) * 10) / 10;
  const smallest = Math.min(...shares.flat().filter((share) => share > 0), 0.1);
  const lowest = 10 ** Math.floor(Math.log10(smallest));
  const x: Axis = {
    label: 'Score',
    kind: 'linear',
    from,
    to: 1,
    ticks: steps(from, 1, 8, (value) => value.toFixed(1)),
  };
  const percents = (value: number) => `${Number((value * 100).toPrecision(2))} %`;
  const y: Axis = {
    label: 'Share of the pairs',
    kind: 'log',
    from: lowest,
    to: 1,
    ticks: decades(lowest, 1, percents),
  };
  return chart({ title: 'Histogram of scores', x, y, width: 1140, height: 320 }, (scales) => {
    const steps = (values: readonly number[]): Points => [
      [scales.x(0), scales.bottom],
      ...values.flatMap((share, bin): [number, number][] => {
        const height = share > 0 ? scales.y(share) : scales.bottom;
        return [
          [scales.x(bin / bins), height],
          [scales.x((bin + 1) / bins), height],
        ];
      }),
      [scales.x(1), scales.bottom],
    ];
    const place = round(scales.x(threshold.value));
    return [
      area(steps(shares[1]!), 'impostor solid'),
      area(steps(shares[0]!), 'genuine solid'),
      html`<path class="threshold" d="M${place} ${scales.top}V${scales.bottom}"/><text class="value" x="${place + 6}" y="${scales.top + 14}">threshold ${threshold.value.toFixed(4)}</text>`,
    ];
  });
}

/** False acceptance and non-recognition by the number of types; null when there is only one size. */
export function gallerySizeChart({ evaluation, threshold }: Evaluated): Markup | null {
  const rows = evaluation.gallerySizes;
  const last = rows.at(-1);
  if (last === undefined || rows.length < 2) return null;
  const rates = ['fpir', 'fnir'] as const;
  const highest =
    Math.max(...rows.flatMap(({ fpir, fnir }) => [fpir ?? 0, fnir ?? 0]), threshold.fpir ?? 0.01) * 1.15;
  const x: Axis = {
    label: 'Types in the gallery',
    kind: 'log',
    from: rows[0]!.types,
    to: last.types,
    // The last size replaces a round one that lies too near to be read.
    ticks: rows
      .filter(({ types }) => types === last.types || types * 1.25 < last.types)
      .map(({ types }) => ({ at: types, text: String(types) })),
  };
  const y: Axis = {
    label: 'Share of searches',
    kind: 'linear',
    from: 0,
    to: highest,
    ticks: steps(0, highest, 5, (value) => `${Number((value * 100).toPrecision(2))} %`),
  };
  return chart({ title: 'Rates by size of the gallery', x, y, height: 330 }, (scales) => [
    asked(scales),
    rates.map((rate) => {
      const known = rows.flatMap((row) => (row[rate] === null ? [] : [[row.types, row[rate]] as const]));
      const points: Points = known.map(([types, value]) => [scales.x(types), scales.y(value)]);
      return [
        line(points, rate),
        points.map(
          ([cx, cy]) => html`<circle class="dot ${rate}" cx="${round(cx)}" cy="${round(cy)}" r="3.5"/>`,
        ),
      ];
    }),
  ]);

  /** What the threshold promises. */
  function asked({ left, right, y }: Scales): Content {
    if (threshold.fpir === undefined) return null;
    const height = round(y(threshold.fpir));
    return html`<path class="threshold fpir" d="M${left} ${height}H${right}"/><text class="value" x="${left + 6}" y="${height - 6}">FPIR asked for: ${percent(threshold.fpir)}</text>`;
  }
}
