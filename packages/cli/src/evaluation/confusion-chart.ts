/** Which types are taken for which: a graph from the true label to the one that was named. */
import type { Confusion } from '@docclf/core/evaluation';
import { html, type Markup } from '../html.ts';
import { round } from './chart.ts';
import { percent } from './numbers.ts';

const [rowHeight, width, left, right] = [30, 1140, 420, 720];
const longestLabel = 52;

export function confusionChart(confusions: readonly Confusion[]): Markup {
  const [truths, named] = [
    [...new Set(confusions.map(({ truth }) => truth))],
    [...new Set(confusions.map(({ predicted }) => predicted))],
  ];
  const height = Math.max(truths.length, named.length) * rowHeight + 34;
  // Each column is centred: the shorter one would else hang from the top.
  const place = (labels: readonly string[], label: string) =>
    34 + (labels.indexOf(label) + 0.5) * ((height - 34) / labels.length);
  const largest = Math.max(...confusions.map(({ share }) => share));
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Types taken for others">
<text class="label" x="${left}" y="14" text-anchor="end">is</text><text class="label" x="${right}" y="14">was taken for</text>
${confusions.map(({ truth, predicted, share }) => {
  const [from, to] = [round(place(truths, truth)), round(place(named, predicted))];
  const [start, end, middle] = [left + 14, right - 14, (left + right) / 2];
  return html`<path class="link" stroke-width="${round(1.5 + (10 * share) / largest)}" d="M${start} ${from}C${middle} ${from} ${middle} ${to} ${end} ${to}"><title>${percent(share)} of the searches for ${truth} named ${predicted}</title></path>`;
})}
${truths.map((label) => node(label, left, place(truths, label), 'end'))}
${named.map((label) => node(label, right, place(named, label), 'start'))}
</svg>`;

  function node(label: string, x: number, y: number, anchor: 'start' | 'end'): Markup {
    const out = confusions.filter(({ truth }) => truth === label);
    const sum = out.reduce((total, { share }) => total + share, 0);
    const text = anchor === 'end' ? `${shorten(label)}  ${percent(sum)}` : shorten(label);
    return html`<circle class="node" cx="${anchor === 'end' ? x + 10 : x - 10}" cy="${round(y)}" r="4"/><text class="name" x="${x}" y="${round(y + 4)}" text-anchor="${anchor}">${text}<title>${label}</title></text>`;
  }
}

/** The end of a path tells more than its beginning. */
function shorten(label: string): string {
  return label.length > longestLabel ? `…${label.slice(1 - longestLabel)}` : label;
}
