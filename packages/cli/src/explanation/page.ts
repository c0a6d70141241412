/** An explanation as one HTML page that loads nothing. */
import { type Classification, describeChance, negativeLabel } from '@docclf/core';
import type { Explanation, HeatMap, Witness } from '@docclf/core/explain';
import { type Content, html, Markup, pagePolicy } from '../html.ts';
import { pageStyle } from './style.ts';

export interface PageOptions {
  /** What the probe is called, e.g. its file name. Default: nothing. */
  readonly name?: string | undefined;
}

/** The page, as text. Everything from outside is escaped. */
export function explanationPage(explanation: Explanation, { name }: PageOptions = {}): string {
  const { classification, match, runnerUp, carried, separated, thumbnail, photo } = explanation;
  const { status, label } = classification;
  const answer = status === 'accepted' ? label : 'unknown';
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
${pagePolicy}
<title>${answer}${name === undefined ? '' : ` · ${name}`}</title><style>${new Markup(pageStyle)}</style></head><body><main>
${name === undefined ? '' : html`<p class="soft">${name}</p>`}
<h1 class="${status}">${answer}</h1>
<p>${sentence(explanation)}${chance(explanation)}</p>
${stateSentence(explanation)}
${axis(explanation)}
<div class="pictures">
${photo ? figure('Photo', outlined(photo, classification), html`<span>where the document was found</span>${sightNote(classification)}`) : ''}
${photo ? figure('Cut out of it', picture(thumbnail), '') : figure('Probe', outlined(thumbnail, { ...classification, corners: null }), html`${angleNote(classification.angle)}${sightNote(classification)}`)}
${match ? figure(status === 'accepted' ? 'Matched reference' : 'Closest reference', picture(match.thumbnail), witnessNote(match)) : ''}
${runnerUp ? figure('Runner-up', picture(runnerUp.thumbnail), witnessNote(runnerUp)) : ''}
</div>
<div class="maps">
${heat('What carried the score', carried, thumbnail, 'Orange: with this part painted over, the score falls. Blue: it rises.')}
${heat('What told it from the runner-up', separated, thumbnail, 'Orange: this part brings the probe nearer to the match than to the runner-up. Blue: the other way round.')}
</div>
<section class="soft wide"><h2>How to read this</h2>
<p>The probe was embedded again and again, each time with one square painted over in its own mean colour. A cell shows
how far the score fell, averaged over the squares that cover it. That is what the network missed when the part was
hidden; parts that say the same stand in for each other, so the falls do not add up to the score, and a pale cell is not
proof that nothing there was used.</p>
<p>Model ${classification.modelId}; threshold ${thresholdNote(explanation)}.</p></section>
</main></body></html>
`;
  return page.text;
}

function sentence({ classification, match, runnerUp }: Explanation): string {
  const { reason, threshold, backedOffFrom, margin } = classification;
  if (!match) return 'The gallery is empty: there is nothing to compare with.';
  const score = match.score.toFixed(4);
  const limit = threshold.value.toFixed(4);
  const lead = runnerUp && margin !== null ? `, ${margin.toFixed(4)} ahead of ${named(runnerUp)}` : '';
  switch (reason) {
    case 'negative-reference':
      return `It resembles a picture that is none of yours (${score}) at least as much as any label.`;
    case 'below-threshold':
      return `${named(match)} comes closest, with ${score}; ${limit} would be enough.`;
    case 'not-confirmed':
      return `${named(match)} comes closest, with ${score}, but the two pictures do not show the same print.`;
    case 'tied-labels':
      return `${named(match)} and ${runnerUp ? named(runnerUp) : 'another label'} have the same score, ${score}: the answer would be chance.`;
    case 'look-alikes':
      return `It is one of ${classification.oneOf.join(', ')}: ${named(match)} comes closest, with ${score}, but they are too alike to tell which.`;
    case 'backed-off':
      return `${backedOffFrom} scores ${score}, too little ahead of its neighbours under the same parent to be told from them.`;
    case 'second-look':
      return `${named(match)} scores ${score}; compared point by point, the probe shares ${classification.sight?.inliers} places with it, all in one perspective, and that decided.`;
    default:
      return `${named(match)} scores ${score}, at least ${limit}${lead}.`;
  }
}

/** Which states hold, and what is seen on the picture. */
function stateSentence({ classification: { states, seen } }: Explanation): Content {
  const parts = [
    ...(states.length > 0 ? [`By its state it is ${states.join(' and ')}.`] : []),
    ...(seen.length > 0 ? [`Seen on the picture: ${seen.join(', ')}.`] : []),
  ];
  return parts.length > 0 ? html`<p>${parts.join(' ')}</p>` : '';
}

function chance({ classification: { evalue } }: Explanation): string {
  if (evalue === null) return '';
  const words = describeChance(evalue);
  return ` ${words[0]!.toUpperCase()}${words.slice(1)}.`;
}

/** Scores from 0.5, unrelated, to 1, the same image; all that is lower stands at the left end. */
function axis({ classification, match, runnerUp }: Explanation): Markup {
  const at = (score: number) => (40 + 920 * Math.min(1, Math.max(0, 2 * score - 1))).toFixed(1);
  const mark = (witness: Witness | null, kind: string, y: number) =>
    witness
      ? html`<g class="${kind}"><line x1="${at(witness.score)}" x2="${at(witness.score)}" y1="34" y2="46"/><circle cx="${at(witness.score)}" cy="40" r="7"/><text x="${at(witness.score)}" y="${y}" text-anchor="${witness.score > 0.85 ? 'end' : witness.score < 0.6 ? 'start' : 'middle'}">${named(witness)} ${witness.score.toFixed(4)}</text></g>`
      : '';
  const ticks = [0.5, 0.6, 0.7, 0.8, 0.9, 1];
  const threshold = classification.threshold.value;
  return html`<svg class="axis" viewBox="0 0 1000 110" role="img" aria-label="scores">
<line class="base" x1="40" x2="960" y1="40" y2="40"/>
${ticks.map((tick) => html`<text class="tick" x="${at(tick)}" y="104" text-anchor="middle">${tick}</text>`)}
<line class="threshold" x1="${at(threshold)}" x2="${at(threshold)}" y1="22" y2="88"/>
<text class="tick" x="${at(threshold)}" y="14" text-anchor="middle">threshold ${threshold.toFixed(4)}</text>
${mark(runnerUp, 'other', 82)}${mark(match, 'match', 64)}</svg>`;
}

function thresholdNote({ classification }: Explanation): string {
  const { value, origin, fpr, fpir } = classification.threshold;
  if (fpir !== undefined) return `${value.toFixed(4)}, for a share of ${fpir} of unknown documents accepted`;
  return origin === 'given' ? `${value.toFixed(4)}, as given` : `${value.toFixed(4)}, for a rate of ${fpr}`;
}

function heat(
  title: string,
  map: HeatMap | null,
  thumbnail: Uint8Array | undefined,
  legend: string,
): Content {
  if (!map) return '';
  const { columns, rows, falls } = map;
  const most = falls.reduce((largest, fall) => Math.max(largest, Math.abs(fall)), 0);
  // Of a map without peaks nothing is painted at full strength.
  const full = Math.max(most, 0.02);
  const cells = falls.map((fall, i) => {
    const opacity = (0.8 * (Math.abs(fall) / full) ** 1.5).toFixed(2);
    const kind = fall > 0 ? 'falls' : 'rises';
    return html`<rect class="${kind}" x="${i % columns}" y="${Math.floor(i / columns)}" width="1" height="1" opacity="${opacity}"><title>${fall.toFixed(4)}</title></rect>`;
  });
  return html`<section><h2>${title}</h2><p class="soft">${legend} Largest change ${most.toFixed(4)}.</p>
<div class="heat">${picture(thumbnail)}<svg viewBox="0 0 ${columns} ${rows}" preserveAspectRatio="none">${cells}</svg></div></section>`;
}

function figure(title: string, content: Content, note: Content): Markup {
  return html`<figure><figcaption><b>${title}</b>${note}</figcaption>${content}</figure>`;
}

function witnessNote(witness: Witness): Markup {
  return html`<span>${named(witness)}, ${witness.score.toFixed(4)}</span><code>${witness.id}</code>`;
}

/** With the document's outline, a dot at its top left; broken, where the second look saw the reference. */
function outlined(
  photo: Uint8Array | undefined,
  { image: { width, height }, corners, sight }: Pick<Classification, 'image' | 'corners' | 'sight'>,
): Content {
  if (photo === undefined || (!corners && !sight)) return picture(photo);
  const dot = Math.max(width, height) / 60;
  const polygon = (outline: NonNullable<Classification['corners']>, kind: string) => {
    const points = outline.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
    const [{ x, y }] = outline;
    return html`<polygon class="${kind}" points="${points}"/><circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${dot.toFixed(1)}"/>`;
  };
  return html`<div class="photo">${picture(photo)}<svg viewBox="0 0 ${width} ${height}">${corners ? polygon(corners, 'found') : ''}${sight ? polygon(sight.corners, 'seen') : ''}</svg></div>`;
}

/** What the broken outline is. */
function sightNote({ sight }: Classification): Content {
  return sight ? html`<span>broken: ${sight.label}, by ${sight.inliers} places that both show</span>` : '';
}

function angleNote(angle: number | undefined): Content {
  return angle ? html`<span>compared after a turn of ${angle}° clockwise</span>` : '';
}

function named({ label }: Witness): string {
  return label === negativeLabel ? 'none of yours' : label;
}

function picture(bytes: Uint8Array | undefined): Markup {
  if (bytes === undefined)
    return html`<div class="none">no picture was kept: register with --thumbnails</div>`;
  return html`<img alt="" src="data:${typeOf(bytes)};base64,${base64(bytes)}">`;
}

function typeOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xd8) return 'image/jpeg';
  return first === 0x89 ? 'image/png' : 'image/webp';
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
