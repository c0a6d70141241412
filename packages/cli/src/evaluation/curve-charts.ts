/** ROC and DET of an evaluation: both the same figures, one for the eye, one for the rare errors. */
import { minimumExpectedErrors, type RateAtFpr } from '@docclf/core/evaluation';
import { type Content, html, type Markup } from '../html.ts';
import { type Axis, area, chart, decades, line, type Points, round, type Scales, steps } from './chart.ts';
import type { Evaluated } from './evaluated.ts';
import { percent } from './numbers.ts';

/** A curve of each mean with its band; null when there is nothing to draw. */
export function rocChart({ evaluation }: Evaluated): Markup | null {
  const { curve, verification } = evaluation;
  if (curve.every(({ micro }) => micro.value === null)) return null;
  const lowest = Math.min(
    ...curve.flatMap(({ micro, macro }) => [micro, macro].map(({ interval }) => interval?.[0] ?? 1)),
  );
  const from = Math.min(0.9, Math.floor(lowest * 10) / 10);
  const y: Axis = {
    label: 'True-positive rate',
    kind: 'linear',
    from,
    to: 1,
    ticks: steps(from, 1, 5, whole),
  };
  return chart({ title: 'ROC curve', x: fprAxis(verification.impostorPairs), y }, (scales) => [
    fewErrors(scales, verification.impostorPairs),
    curves(scales, curve, (tpr) => tpr),
    marks(scales, verification.rates, (tpr) => tpr, 'below'),
  ]);
}

export function detChart({ evaluation }: Evaluated): Markup | null {
  const { curve, verification } = evaluation;
  if (curve.every(({ micro }) => micro.value === null)) return null;
  const from = 10 ** Math.floor(Math.log10(0.5 / verification.genuinePairs));
  const y: Axis = { label: 'False-negative rate', kind: 'log', from, to: 1, ticks: decades(from, 1, share) };
  return chart({ title: 'DET curve', x: fprAxis(verification.impostorPairs), y }, (scales) => [
    fewErrors(scales, verification.impostorPairs),
    curves(scales, curve, (tpr) => 1 - tpr),
    marks(scales, verification.rates, (tpr) => 1 - tpr, 'above'),
  ]);
}

function fprAxis(impostorPairs: number): Axis {
  const from = 10 ** Math.min(-1, Math.floor(Math.log10(1 / impostorPairs)));
  return { label: 'False-positive rate', kind: 'log', from, to: 1, ticks: decades(from, 1, share) };
}

function curves(scales: Scales, curve: readonly RateAtFpr[], of: (tpr: number) => number): Content {
  const known = curve.filter(({ micro, macro }) => micro.value !== null && macro.value !== null);
  const points = (read: (rate: RateAtFpr) => number): Points =>
    known.map((rate) => [scales.x(rate.fpr), scales.y(of(read(rate)))]);
  // One band: two that nearly coincide hide each other.
  const low = points(({ macro }) => macro.interval?.[0] ?? macro.value!);
  const high = points(({ macro }) => macro.interval?.[1] ?? macro.value!);
  return [
    area([...low, ...[...high].reverse()], 'macro'),
    line(
      points(({ micro }) => micro.value!),
      'micro',
    ),
    line(
      points(({ macro }) => macro.value!),
      'macro',
    ),
  ];
}

/** The rates of the table, each with its value on the side that the curve leaves free. */
function marks(
  scales: Scales,
  rates: readonly RateAtFpr[],
  of: (tpr: number) => number,
  side: 'above' | 'below',
): Content {
  return rates.map(({ fpr, macro }) => {
    if (macro.value === null) return null;
    const [x, y] = [round(scales.x(fpr)), round(scales.y(of(macro.value)))];
    const isAbove = side === 'above' ? y - 18 > scales.top : y + 20 > scales.bottom;
    return html`<circle class="dot macro" cx="${x}" cy="${y}" r="4"/><text class="value" x="${x + 7}" y="${isAbove ? y - 8 : y + 18}">${percent(of(macro.value))}</text>`;
  });
}

/** Where a rate rests on fewer than 30 impostor pairs. */
function fewErrors({ x, left, top, bottom }: Scales, impostorPairs: number): Content {
  const width = round(x(minimumExpectedErrors / impostorPairs) - left);
  if (width <= 0) return null;
  return html`<rect class="doubt" x="${left}" y="${top}" width="${width}" height="${bottom - top}"/><text class="tick" x="${left + 6}" y="${top + 14}">${width > 190 && 'fewer than 30 expected errors'}</text>`;
}

function whole(value: number): string {
  return `${Math.round(value * 100)} %`;
}

/** `0.01 %` for 1e-4, in as many digits as it takes. */
function share(value: number): string {
  return `${Number((value * 100).toPrecision(3))} %`;
}
