/** Where the first answer is in doubt, the best few references are held against the probe, point by point. */
import { evalueAt } from '../chance.ts';
import type { AcceptedDecision, Decision } from '../decide.ts';
import type { Match, Reference } from '../gallery.ts';
import { isWithin, labelPath, negativeLabel } from '../labels.ts';
import type { FirstLook, Looked, SecondLook, Sight } from '../second-look-contract.ts';
import type { Corners } from '../views.ts';
import { combinedEvalue, weightOfSilence } from './chance-of-inliers.ts';
import { isTold } from './print.ts';

/** How two pictures are compared: of `@docclf/features`. */
export interface Geometry {
  /** The attachment of a reference that holds its features, as `Embedder` makes them. */
  readonly attachment: string;
  /** Undefined where nothing agrees, or a side cannot be read. */
  compare(probe: Uint8Array, reference: Uint8Array): Likeness | undefined;
  /** The features of the same picture's negative. */
  invert(features: Uint8Array): Uint8Array;
  /** How many points there are; 0 where the features cannot be read. */
  count(features: Uint8Array): number;
}

export interface Likeness {
  /** Places that agree on one perspective. */
  readonly inliers: number;
  /** Where the reference lies, in shares of the probe's width and height. */
  readonly corners: Corners;
  /** Which points of the probe agree: a number for each, the same for every reference. */
  readonly points: readonly number[];
}

/** Labels that are looked at, best first, and those after them where none of these fits: the part may be badly cut. */
const firstLabels = 5;
const mostLabels = 24;
/** Share of what may be accepted below which the first look is sure. */
const sureShare = 1e-3;
/** Milliseconds of comparing in one piece. */
const slice = 10;
/** So many inliers leave nothing to look for in the rest of the picture. */
const enough = 12;

/** A part of the probe beside the references. */
interface Compared {
  /** Points of that part. */
  readonly points: number;
  readonly all: ReadonlySet<Reference['id']>;
  readonly found: ReadonlyMap<Reference['id'], Likeness>;
}

interface Seen {
  readonly match: Match;
  readonly likeness: Likeness | undefined;
  readonly evalue: number;
}

export interface SecondLookOptions {
  /** Whether references get local features when they are registered, up to 9 kB each. Default true. */
  readonly registers?: boolean | undefined;
}

export function createSecondLook(
  { attachment, compare, invert, count }: Geometry,
  { registers = true }: SecondLookOptions = {},
): SecondLook {
  async function look(first: FirstLook): Promise<Looked | undefined> {
    const allowed = allowedOf(first.decision);
    if (allowed === undefined || first.featuresOf === undefined || !isDoubtful(first, allowed))
      return undefined;
    const searched = candidatesOf(first);
    const references = await first.gallery.getMany(searched.map(({ match }) => match.id));
    const byId = new Map(references.map(({ id, attachments }) => [id, attachments[attachment]]));
    // In the order of their scores, which a store need not keep.
    const features = new Map(searched.map(({ match: { id } }) => [id, byId.get(id)]));
    if (![...features.values()].some((bytes) => bytes !== undefined)) return undefined;
    const compared = await compareAll(first, features);
    if (compared === undefined) return undefined;
    const seen = await Promise.all(
      searched.map(async ({ match, view }): Promise<Seen> => {
        const { evalue, threshold } = await first.pointOf(match, view);
        const likeness = compared.found.get(match.id);
        const bytes = likeness ? undefined : features.get(match.id);
        const silence =
          bytes && compared.all.has(match.id) ? weightOfSilence(compared.points, count(bytes)) : 1;
        const both = combinedEvalue(evalue!, likeness?.inliers ?? 0, threshold.comparisons ?? 1);
        return { match, likeness, evalue: both * silence };
      }),
    );
    seen.sort((a, b) => a.evalue - b.evalue);
    return answer(first, seen, allowed);
  }

  /**
   * The part that the first look thought to be the document, and where that says little, its negative where the picture may
   * be one, and then the whole picture. Where nothing agrees, the best few beside the negative: one that is not dark is
   * told by nothing else.
   */
  async function compareAll(
    { view, searched, featuresOf }: FirstLook,
    references: ReadonlyMap<Reference['id'], Uint8Array | undefined>,
  ): Promise<Compared | undefined> {
    let best: Compared | undefined;
    let shown: Uint8Array | undefined;
    const mayBeNegative = searched.some((one) => one.view.inverted);
    for (const part of view.corners === undefined ? [null] : [view.corners, null]) {
      const asItIs = await featuresOf!(part);
      if (asItIs === undefined) return best;
      shown ??= asItIs;
      for (const probe of mayBeNegative ? [asItIs, invert(asItIs)] : [asItIs]) {
        const compared = await compareWith(probe, references);
        // Points of one part can be held against each other, and not those of two.
        if (best === undefined || mostInliers(compared) > mostInliers(best)) best = compared;
        if (mostInliers(best) >= enough) return best;
      }
    }
    if (shown === undefined || mayBeNegative || (best && mostInliers(best) > 0)) return best;
    const negative = await compareWith(invert(shown), new Map([...references].slice(0, firstLabels)));
    return mostInliers(negative) > 0 ? negative : best;
  }

  async function compareWith(
    probe: Uint8Array,
    references: ReadonlyMap<Reference['id'], Uint8Array | undefined>,
  ): Promise<Compared> {
    let since = performance.now();
    const compared = { points: count(probe), all: new Set<string>(), found: new Map<string, Likeness>() };
    for (const [index, [id, bytes]] of [...references].entries()) {
      if (index >= firstLabels && mostInliers(compared) >= enough) break;
      // Some milliseconds each: others come through now and then.
      if (performance.now() - since > slice) {
        await new Promise<void>((resolve) => void setTimeout(resolve));
        since = performance.now();
      }
      compared.all.add(id);
      const likeness = bytes && compare(probe, bytes);
      if (likeness) compared.found.set(id, likeness);
    }
    return compared;
  }

  return { attachment, registers, look };
}

/** The E-value up to which a probe is accepted, where a share of strangers was asked for; a score that was given stands. */
function allowedOf({ threshold: { origin, fpir } }: Decision): number | undefined {
  return origin === 'cohort' && fpir !== undefined ? evalueAt(fpir) : undefined;
}

function isDoubtful({ decision, evalue }: FirstLook, allowed: number): boolean {
  if (decision.status === 'accepted') {
    const { reason, candidates, threshold } = decision;
    // Another of the gallery's own could be it as well.
    const rival = candidates[1];
    const hasRival = rival !== undefined && rival.score >= threshold.value;
    return reason === 'backed-off' || hasRival || evalue === null || evalue > allowed * sureShare;
  }
  return decision.reason !== 'negative-reference' && decision.reason !== 'empty-gallery';
}

/** The best labels of all views, each with the view in which it came nearest. */
function candidatesOf({ searched }: FirstLook) {
  const all = searched.flatMap((view) => view.matches.map((match) => ({ match, view })));
  all.sort((a, b) => b.match.score - a.match.score);
  const labels = new Set<string>([negativeLabel]);
  return all.filter(({ match }) => !labels.has(match.label) && labels.add(match.label)).slice(0, mostLabels);
}

function answer(first: FirstLook, seen: readonly Seen[], allowed: number): Looked | undefined {
  const [best, ...others] = seen;
  if (best === undefined) return undefined;
  const decision = ranked(first.decision, seen);
  const { evalue, likeness } = best;
  const looked = { evalue, sight: sightOf(best, first), isTold: false };
  if (evalue > allowed) return { ...looked, decision: refused(decision) };
  if (likeness === undefined) return { ...looked, decision: first.decision };
  const like = others.filter((other) => other.evalue <= allowed && !isTold(likeness, other.likeness));
  const label = commonLabel([best, ...like].map(({ match }) => match.label));
  if (label === undefined) return { ...looked, decision: first.decision };
  const isAlone = like.length === 0;
  const known = decision.status === 'accepted' ? decision.label : null;
  // What the first look says more precisely, or just as well, stands.
  if (known !== null && isWithin(known, label))
    return { ...looked, decision: first.decision, isTold: isAlone };
  return { ...looked, decision: acceptedAs(label, best.match, decision), isTold: isAlone };
}

/** The same answer with its candidates in the order of what both looks say. */
function ranked(decision: Decision, seen: readonly Seen[]): Decision {
  const labels = new Set(seen.map(({ match }) => match.label));
  const candidates = [
    ...seen.map(({ match: { id, label, score } }) => ({ label, score, referenceId: id })),
    ...decision.candidates.filter(({ label }) => !labels.has(label)),
  ];
  return { ...decision, candidates };
}

function refused(decision: Decision): Decision {
  const [best, next] = decision.candidates;
  const margin = best && next ? Math.max(0, best.score - next.score) : null;
  const told = { score: best?.score ?? null, referenceId: best?.referenceId ?? null, margin };
  if (decision.status === 'unknown') return { ...decision, ...told };
  const { threshold, candidates, negative } = decision;
  return {
    ...{ threshold, candidates, negative, ...told },
    ...{ status: 'unknown', label: null, path: [], backedOffFrom: null, marginOutside: null },
    ...{ reason: 'not-confirmed', oneOf: [] },
  };
}

/** The deepest label that holds all of them; undefined where they have no ancestor in common. */
function commonLabel(labels: readonly string[]): string | undefined {
  const path = labelPath(labels[0]!);
  for (let depth = path.length; depth > 0; depth--) {
    const label = path.slice(0, depth).join('/');
    if (labels.every((one) => isWithin(one, label))) return label;
  }
  return undefined;
}

function acceptedAs(label: string, best: Match, first: Decision): AcceptedDecision {
  const { candidates, threshold, negative } = first;
  const outside = candidates.find((candidate) => !isWithin(candidate.label, label));
  const next = candidates.find((candidate) => candidate.label !== best.label);
  const { id: referenceId, score } = best;
  return {
    status: 'accepted',
    label,
    path: labelPath(label),
    backedOffFrom: label === best.label ? null : best.label,
    score,
    threshold,
    margin: next ? Math.max(0, score - next.score) : null,
    marginOutside: outside ? score - outside.score : null,
    referenceId,
    candidates: [
      { label: best.label, score, referenceId },
      ...candidates.filter((one) => one.label !== best.label),
    ],
    negative,
    reason: 'second-look',
    oneOf: [],
  };
}

function sightOf({ match, likeness }: Seen, { image: { width, height } }: FirstLook): Sight | undefined {
  if (likeness === undefined) return undefined;
  const corners = likeness.corners.map(({ x, y }) => ({ x: x * width, y: y * height })) as unknown as Corners;
  return { referenceId: match.id, label: match.label, inliers: likeness.inliers, corners };
}

function mostInliers({ found }: Pick<Compared, 'found'>): number {
  return Math.max(0, ...[...found.values()].map(({ inliers }) => inliers));
}
