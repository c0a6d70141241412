/** The report page: one file that loads nothing, and that can be shown to whoever must decide. */
import { basename, resolve } from 'node:path';
import type { MicroMacro, ScoredPair } from '@docclf/core/evaluation';
import { type Content, html, Markup, pagePolicy } from '../html.ts';
import { version } from '../version.ts';
import { answerSentence } from './answers.ts';
import { confusionChart } from './confusion-chart.ts';
import { detChart, rocChart } from './curve-charts.ts';
import { type Evaluated, thresholdName } from './evaluated.ts';
import { grouped, percent, percentRange, rateName } from './numbers.ts';
import { reportStyle } from './report-style.ts';
import { gallerySizeChart, histogramChart } from './score-charts.ts';
import { aurocText, figureRows } from './summary.ts';
import { warningsOf } from './warnings.ts';

/** JPEGs by the index of their image. */
export type Thumbnails = ReadonlyMap<number, Uint8Array>;

export function reportPage(evaluated: Evaluated, thumbnails: Thumbnails, made: Date): string {
  const { evaluation, folder, manifest } = evaluated;
  const { verification } = evaluation;
  const warnings = warningsOf(evaluated);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
${pagePolicy}
<title>Evaluation of ${nameOfFolder(folder)}</title><style>${new Markup(reportStyle)}</style></head><body><main>
<h1>How well are the documents in “${nameOfFolder(folder)}” recognised?</h1>
<p class="soft">${grouped(evaluation.images)} images of ${grouped(evaluation.types)} types, ${grouped(evaluation.unknown)} unknown images. Model ${manifest.id} ${manifest.version}, ${made.toISOString().slice(0, 10)}.</p>
<p><b>${answerSentence(evaluated)}</b></p>
<p class="note">That is what the classifier answered. All figures below are of vectors alone, without a second look.</p>
<div class="tiles">${tiles(evaluated)}</div>
${warnings.length > 0 && html`<div class="warnings"><b>Read with care</b><ul>${warnings.map((warning) => html`<li>${warning}</li>`)}</ul></div>`}
<h2>All rates</h2>
<p class="note">With 95 % intervals. Micro counts all cases alike; macro is the mean over types, so that a type with many images does not speak for the others.</p>
<div class="card">${rateTable(evaluated)}</div>
${curves(evaluated)}
<h2>Scores</h2>
<p class="note">All ${grouped(verification.genuinePairs)} pairs of images of one type and ${grouped(verification.impostorPairs)} of two, on a logarithmic axis: what lies right of the threshold is accepted.</p>
<div class="card">${legend(['genuine', 'One type (genuine)'], ['impostor', 'Two types (impostor)'])}${histogramChart(evaluated)}</div>
${atThreshold(evaluated)}
${confusions(evaluated)}
${sources(evaluated)}
${pairs(evaluated, thumbnails)}
<h2>Where these figures come from</h2>
<div class="card">${provenance(evaluated, made)}</div>
</main></body></html>
`;
  return page.text;
}

function tiles({ evaluation }: Evaluated): Content {
  const { verification, identification, nonMated } = evaluation;
  const rate = [...verification.rates].sort((a, b) => a.fpr - b.fpr)[0];
  const rank1 = identification.ranks.find(({ rank }) => rank === 1);
  const search = [...identification.fnirAtFpir].sort((a, b) => a.fpir - b.fpir)[0];
  const tile = (name: string, value: string, range: string, meaning: string) =>
    html`<section class="tile"><h3>${name}</h3><b>${value}</b><span class="soft note">${range || 'no interval'}</span><p>${meaning}</p></section>`;
  return [
    rank1 &&
      tile(
        'Right type named first',
        percent(rank1.macro.value),
        percentRange(rank1.macro),
        `Rank 1 with one reference for each of ${grouped(evaluation.types)} types, mean over types.`,
      ),
    search &&
      tile(
        `Not returned at FPIR ${rateName(search.fpir)}`,
        percent(search.fnir.macro.value),
        percentRange(search.fnir.macro),
        `FNIR: ${percent(search.misses.macro.value)} missed, ${percent(search.misidentifications.macro.value)} taken for another type, when at most ${percent(search.fpir)} of the ${nonMated} are accepted.`,
      ),
    rate &&
      tile(
        `Pairs recognised at FPR ${rateName(rate.fpr)}`,
        percent(rate.macro.value),
        percentRange(rate.macro),
        `TPR, mean over types: two images of one type score above the threshold that ${oneIn(rate.fpr)} pairs of different types reach.`,
      ),
    tile(
      'Area under ROC',
      verification.auroc.value?.toFixed(4) ?? '–',
      verification.auroc.interval?.map((end) => end.toFixed(4)).join(' to ') ?? '',
      'How often a pair of one type scores higher than a pair of two.',
    ),
  ];
}

function rateTable(evaluated: Evaluated): Markup {
  const { verification } = evaluated.evaluation;
  const cell = (figures: MicroMacro, mean: 'micro' | 'macro') =>
    html`<td>${percent(figures[mean].value)} <small>${percentRange(figures[mean])}</small></td>`;
  const extras = new Map(
    verification.rates.map(({ fpr, threshold, expectedErrors }) => [
      `TPR at FPR ${rateName(fpr)}`,
      [threshold?.toFixed(4) ?? '–', expectedErrors.toPrecision(expectedErrors < 100 ? 2 : 3)],
    ]),
  );
  return html`<table><thead><tr><th></th><th>Micro</th><th>Macro</th><th class="number">Threshold</th><th class="number">Expected errors</th></tr></thead><tbody>
${figureRows(evaluated).map(({ name, figures, part }) => {
  const [threshold = '', errors = ''] = extras.get(name) ?? [];
  return html`<tr class="${part ? 'part' : ''}"><th>${name}</th>${cell(figures, 'micro')}${cell(figures, 'macro')}<td class="number">${threshold}</td><td class="number">${errors && grouped(Number(errors))}</td></tr>`;
})}
<tr><th>AUROC</th><td colspan="4">${aurocText(verification.auroc)}</td></tr></tbody></table>`;
}

function curves(evaluated: Evaluated): Content {
  const [roc, det] = [rocChart(evaluated), detChart(evaluated)];
  if (roc === null || det === null) {
    return html`<h2>Curves</h2><p class="note">They need images of at least two types, and two images of at least one.</p>`;
  }
  const key = legend(['micro', 'Micro: all pairs alike'], ['macro', 'Macro: mean over types, with its band']);
  return html`<h2>Every operating point</h2>
<p class="note">The band holds 95 % of ${evaluated.evaluation.draws} resamples of the types. Shaded: fewer than 30 expected errors, where a curve rests on chance. Figures are those of the macro curve; a curve on the lower edge of the DET refuses no genuine pair.</p>
<div class="two"><section class="card"><h3>ROC: recognised pairs</h3>${key}${roc}</section><section class="card"><h3>DET: refused pairs</h3>${key}${det}</section></div>`;
}

function atThreshold(evaluated: Evaluated): Content {
  const { evaluation, threshold } = evaluated;
  const growth = gallerySizeChart(evaluated);
  const whole = evaluation.gallerySizes.at(-1);
  if (!whole || !evaluation.atThreshold) return null;
  const rows: readonly [string, string][] = [
    ['Genuine pairs accepted (TPR)', percent(evaluation.atThreshold.tpr)],
    ['Impostor pairs accepted (FPR)', percent(evaluation.atThreshold.fpr)],
    [`Searches among ${grouped(whole.types)} types that miss (FNIR)`, percent(whole.fnir)],
    ['  nothing accepted', percent(whole.misses)],
    ['  another type accepted', percent(whole.misidentifications)],
    [`Accepted ${evaluation.nonMated} (FPIR)`, percent(whole.fpir)],
  ];
  return html`<h2>At ${thresholdName(threshold)} ${threshold.value.toFixed(4)}</h2>
<p class="note">It is ${originOf(evaluated)}. The more types are registered, the more chances has a stranger; each point is the mean of ${evaluation.identification.draws} galleries of types drawn at random.</p>
<div class="two"><section class="card"><h3>What it does here</h3><table><tbody>${rows.map(
    ([name, value]) =>
      html`<tr class="${name.startsWith(' ') ? 'part' : ''}"><th>${name.trim()}</th><td class="number">${value}</td></tr>`,
  )}</tbody></table></section>
${decisions(evaluated)}
${growth && html`<section class="card"><h3>As the gallery grows</h3>${legend(['fnir', `FNIR: not returned (${percent(whole.fnir)} at ${grouped(whole.types)} types)`], ['fpir', `FPIR: strangers accepted (${percent(whole.fpir)})`])}${growth}</section>`}</div>`;
}

/** The answers that the classifier would give there, with its margin, backing off to a parent. */
function decisions({ evaluation }: Evaluated): Content {
  const found = evaluation.decisions;
  if (found === null || found.searches === 0) return null;
  const { searches, nonMated, depths } = found;
  const isDeep = depths.length > 1;
  const share = (count: number, of = searches) => percent(of > 0 ? count / of : null);
  const rows: readonly (readonly [string, string] | false)[] = [
    ['Right', share(found.right)],
    isDeep && ['An ancestor of the right label (backed off)', share(found.ancestor)],
    isDeep && ['Parent right, child wrong', share(found.parentRight)],
    ['Wrong', share(isDeep ? found.wrong : found.wrong + found.parentRight)],
    ['Unknown', share(found.unknown)],
    found.oneOf > 0 && ['Unknown, but known to be one of several look-alikes', share(found.oneOf)],
    nonMated !== null && [`Accepted ${evaluation.nonMated}`, share(nonMated.accepted, nonMated.searches)],
  ];
  const levels = isDeep
    ? html`<table><thead><tr><th>By depth of the label</th><th class="number">Searches</th><th class="number">Right</th><th class="number">Left open</th><th class="number">Wrong</th></tr></thead><tbody>${depths.map(
        (row) =>
          html`<tr><th>${row.depth === 1 ? 'First segment' : `First ${row.depth} segments`}</th><td class="number">${grouped(row.searches)}</td><td class="number">${share(row.right, row.searches)}</td><td class="number">${share(row.open, row.searches)}</td><td class="number">${share(row.wrong, row.searches)}</td></tr>`,
      )}</tbody></table>`
    : null;
  return html`<section class="card"><h3>What the classifier answers</h3><table><tbody>${rows.map(
    (row) => row && html`<tr><th>${row[0]}</th><td class="number">${row[1]}</td></tr>`,
  )}</tbody></table>${levels}<p class="note">Of ${grouped(searches)} searches, one reference a type; labels nearer to each other than ${String(found.margin)} are answered with their parent.</p></section>`;
}

/** Beyond this the graph is a tangle. */
const confusionsDrawn = 14;
const confusionsListed = 60;

function confusions({ evaluation }: Evaluated): Content {
  const { confusions: found, searches } = evaluation.identification;
  if (searches === 0) return null;
  const { right, parentRight, wrong, depths } = evaluation.hierarchy;
  const levels =
    depths.length > 1 &&
    depths.map(({ depth, searches: all, right: agree }) => {
      return html`<li>${depth === 1 ? 'first segment' : `first ${depth} segments`} right: ${percent(agree / all)} of ${grouped(all)} searches</li>`;
    });
  const hierarchy = html`<p class="note">Of ${grouped(searches)} searches ${grouped(right)} named the right type${
    depths.length > 1 &&
    `, ${grouped(parentRight)} another one under the same parent and ${grouped(wrong)} one from elsewhere`
  }.</p>`;
  if (found.length === 0) return html`<h2>Confusions</h2>${hierarchy}<p>No type was taken for another.</p>`;
  return html`<h2>Confusions</h2>${hierarchy}
<div class="card">${confusionChart(found.slice(0, confusionsDrawn))}${levels && html`<details><summary>By depth of the label</summary><ul>${levels}</ul></details>`}
<details><summary>${found.length > confusionsListed ? `The ${confusionsListed} most frequent of ${grouped(found.length)}` : `All ${found.length}`} as a table</summary><table><thead><tr><th>Is</th><th>Was taken for</th><th class="number">Searches</th><th class="number">Of its searches</th></tr></thead><tbody>
${found.slice(0, confusionsListed).map((row) => html`<tr><th>${row.truth}</th><td>${row.predicted}</td><td class="number">${row.searches}</td><td class="number">${percent(row.share)}</td></tr>`)}</tbody></table></details></div>`;
}

function sources({ evaluation }: Evaluated): Content {
  const rows = evaluation.sources;
  if (rows.length === 0) return null;
  const rates = evaluation.verification.rates;
  return html`<h2>By source</h2>
<p class="note">The first segment of the label. Rates are over the pairs within the source, mean over types; rank 1 is in the gallery of all types. Where there are fewer impostor pairs than a rate can resolve, it is the share above the highest impostor.</p>
<div class="card"><table><thead><tr><th>Source</th><th class="number">Types</th><th class="number">Images</th><th class="number">Impostor pairs</th>${rates.map(({ fpr }) => html`<th>TPR at FPR ${rateName(fpr)}</th>`)}<th>Rank 1</th></tr></thead><tbody>
${rows.map(
  (row) =>
    html`<tr><th>${row.source}</th><td class="number">${grouped(row.types)}</td><td class="number">${grouped(row.images)}</td><td class="number">${grouped(row.verification.impostorPairs)}</td>${row.verification.rates.map(({ macro }) => html`<td>${percent(macro.value)}<br><small>${percentRange(macro)}</small></td>`)}<td>${percent(row.rank1.macro.value)}<br><small>${percentRange(row.rank1.macro)}</small></td></tr>`,
)}</tbody></table></div>`;
}

function pairs({ evaluation, images, threshold }: Evaluated, thumbnails: Thumbnails): Content {
  const { genuine, impostor } = evaluation.worst;
  const picture = (image: number) => {
    const bytes = thumbnails.get(image);
    const { name } = images[image]!;
    return (
      bytes &&
      html`<img alt="${name}" loading="lazy" src="data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}">`
    );
  };
  const figure = ({ score, first, second }: ScoredPair, verdict: string, isWrong: boolean) => {
    const [a, b] = [images[first]!, images[second]!];
    const caption =
      a.label === b.label
        ? html`${a.label}<span>${fileOf(a)}, ${fileOf(b)}</span>`
        : html`${a.label}<span>${fileOf(a)}</span>${b.label}<span>${fileOf(b)}</span>`;
    return html`<figure class="pair"><div>${picture(first)}${picture(second)}</div><figcaption><b>${score.toFixed(4)}</b>${isWrong && html`<em>${verdict}</em>`}<br>${caption}</figcaption></figure>`;
  };
  return html`${
    impostor.length > 0 &&
    html`<h2>Two types that look most alike</h2>
<p class="note">The highest impostor pairs, one for each pair of types. Two images of one document here mean that a label is wrong.</p>
<div class="pairs">${impostor.map((pair) => figure(pair, 'accepted', pair.score >= threshold.value))}</div>`
  }
${
  genuine.length > 0 &&
  html`<h2>One type that looks least alike</h2>
<p class="note">The lowest genuine pairs, one for each type. A picture of something else here means that a label is wrong; otherwise a second reference helps.</p>
<div class="pairs">${genuine.map((pair) => figure(pair, 'refused', pair.score < threshold.value))}</div>`
}`;
}

function provenance(evaluated: Evaluated, made: Date): Markup {
  const { evaluation, manifest, space, folder, unknownFolder, failures, threshold } = evaluated;
  const { verification, identification } = evaluation;
  const { width, height } = manifest.input;
  const { fit, downscale, upscale, mean, std } = manifest.preprocessing;
  const rows: readonly [string, Content][] = [
    ['Model', html`${manifest.id} ${manifest.version}<br><code>sha256 ${manifest.sha256}</code>`],
    ['Embedding space', html`<code>${space.id}</code>, ${space.dimension} numbers`],
    [
      'Preprocessing',
      `${width} x ${height} pixels, ${fit}, ${downscale} down and ${upscale} up, mean ${mean.join(' ')}, std ${std.join(' ')}`,
    ],
    [
      'Images',
      html`<code>${folder}</code>: ${grouped(evaluation.images)} images of ${grouped(evaluation.types)} types, ${grouped(evaluation.singleImageTypes)} of them with a single image (impostors only)`,
    ],
    [
      'Unknown images',
      unknownFolder === undefined
        ? 'none given: each probe was searched with its own type left out'
        : html`<code>${unknownFolder}</code>: ${grouped(evaluation.unknown)} images`,
    ],
    [
      'Pairs',
      `all ${grouped(verification.genuinePairs)} genuine (the same label path) and all ${grouped(verification.impostorPairs)} impostor pairs; score = (cosine + 1) / 2`,
    ],
    [
      'TPR at FPR x',
      'the largest true-positive rate whose false-positive rate does not exceed x; equal scores are accepted together',
    ],
    [
      'Searches',
      `${grouped(identification.searches)} in ${identification.draws} galleries with one reference a type drawn at random; the other images of the type are searched. A tie between two types counts as wrong`,
    ],
    [
      'FNIR at FPIR x',
      `the share of searches that do not return their type, at the threshold that at most x of the non-mated searches pass (${evaluation.nonMated})`,
    ],
    ['Intervals', `the central 95 % of ${evaluation.draws} resamples of the types with replacement`],
    ['Seed', `${evaluation.seed}, of all draws`],
    ['Threshold', `${threshold.value}: ${originOf(evaluated)}`],
    [
      'Files left out',
      failures.length === 0
        ? 'none'
        : html`${failures.length}<br>${failures.slice(0, 20).map(({ error }) => html`<code>${error}</code><br>`)}`,
    ],
    ['Made with', `docclf ${version}, Node ${process.version}, ${made.toISOString()}`],
  ];
  return html`<table><tbody>${rows.map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</tbody></table>`;
}

/** Where the threshold comes from. */
function originOf({ threshold, evaluation, manifest }: Evaluated): string {
  const { origin, fpir, fpr, beyondTable } = threshold;
  if (origin === 'given') return 'the score that was given';
  const what = fpir === undefined ? `a share of ${rateName(fpr!)} of comparisons` : percent(fpir);
  if (origin === 'cohort') {
    return `the middle of those of all searches: each asks for as much as lets ${what} of strangers pass, by how much the image and its best reference resemble the strangers that the model brings along`;
  }
  const table = `the model's own table of ${grouped(manifest.impostorScores.pairs)} impostor pairs`;
  if (fpir === undefined) return `the score that, by ${table}, a share of ${rateName(fpr!)} of them reaches`;
  const end = beyondTable ? '; the table ends before that, so more may be accepted' : '';
  return `the score at which, by ${table}, a gallery of ${grouped(evaluation.types)} types accepts ${what} of strangers${end}; it is lower for fewer types`;
}

function legend(...entries: readonly [className: string, text: string][]): Markup {
  return html`<p class="legend">${entries.map(([className, text]) => html`<span class="${className}"><i></i>${text}</span>`)}</p>`;
}

/** The folder's own name: where it lies is nobody's business at the top of a page. */
function nameOfFolder(folder: string): string {
  return basename(resolve(folder));
}

/** The name in its folder, which the label has told. */
function fileOf({ name }: { readonly name: string }): string {
  return name.split(/[\\/]/).at(-1) ?? name;
}

function oneIn(rate: number): string {
  return `one in ${grouped(Math.round(1 / rate))}`;
}
