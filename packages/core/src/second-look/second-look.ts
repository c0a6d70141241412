/** Where the first answer is in doubt, the best few references are held against the probe, point by point. */
import { evalueAt } from '../chance.ts';
import type { AcceptedDecision, Decision } from '../decide.ts';
import type { Match } from '../gallery.ts';
import { isWithin, labelPath, negativeLabel } from '../labels.ts';
import type { FirstLook, Looked, SecondLook, SharedPlace, Sight } from '../second-look-contract.ts';
import type { Corners } from '../views.ts';
import { createBreath } from './breath.ts';
import { combinedEvalue, weightOfSilence } from './chance-of-inliers.ts';
import { createComparison, type Geometry, type Likeness } from './comparison.ts';
import { tellApart, type Verdict } from './print.ts';
import { toldBy } from './told-by.ts';

/** Labels that are looked at, at most. */
const mostLabels = 24;
/** Share of what may be accepted below which the first look is sure. */
const sureShare = 1e-3;

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
  geometry: Geometry,
  { registers = true }: SecondLookOptions = {},
): SecondLook {
  const { attachment, count } = geometry;
  const compareAll = createComparison(geometry);

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
          bytes && compared.all.has(match.id)
            ? weightOfSilence({ ...first.image, points: compared.points }, count(bytes))
            : 1;
        const both = combinedEvalue(evalue!, likeness?.inliers ?? 0, threshold.comparisons ?? 1);
        return { match, likeness, evalue: both * silence };
      }),
    );
    seen.sort((a, b) => a.evalue - b.evalue);
    const breath = createBreath();
    return answer(first, seen, allowed, async (own, other) => {
      await breath();
      const [mine, its] = [own, other].map(({ match }) => features.get(match.id));
      const distinguish = () => mine && its && geometry.distinguish(compared.probe, mine, its);
      return tellApart(own.likeness!, other.likeness, distinguish);
    });
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

/** @param tell which of two that may be accepted it is */
async function answer(
  first: FirstLook,
  seen: readonly Seen[],
  allowed: number,
  tell: (own: Seen, other: Seen) => Promise<Verdict | undefined>,
): Promise<Looked | undefined> {
  const [likeliest] = seen;
  if (likeliest === undefined) return undefined;
  const { evalue } = likeliest;
  if (evalue > allowed || likeliest.likeness === undefined) {
    const decision = evalue > allowed ? refused(ranked(first.decision, seen)) : first.decision;
    return { evalue, sight: sightOf(likeliest, first), isTold: false, decision };
  }
  const { best, like, told } = await choose(seen, allowed, tell);
  const decision = ranked(first.decision, [best, ...seen.filter((one) => one !== best)]);
  const sight = sightOf(best, first, told);
  const label = commonLabel([best, ...like].map(({ match }) => match.label));
  if (label === undefined) return { evalue, sight, isTold: false, decision: first.decision };
  const isAlone = like.length === 0;
  const known = decision.status === 'accepted' ? decision.label : null;
  // What the first look says more precisely, or just as well, stands.
  const stands = known !== null && isWithin(known, label);
  const settled = stands ? first.decision : acceptedAs(label, best.match, decision);
  return { evalue: best.evalue, sight, isTold: isAlone, decision: settled };
}

/** Of all that may be accepted: which one it is, which others it was not told from, and by what it was. */
async function choose(
  seen: readonly Seen[],
  allowed: number,
  tell: (own: Seen, other: Seen) => Promise<Verdict | undefined>,
) {
  let [best] = seen as readonly [Seen];
  let told: { readonly from: string; readonly places: readonly SharedPlace[] } | undefined;
  const like: Seen[] = [];
  for (const other of seen.slice(1)) {
    if (other.evalue > allowed) continue;
    const verdict = await tell(best, other);
    if (verdict === undefined) {
      like.push(other);
      continue;
    }
    const { isOther, places } = verdict;
    const from = (isOther ? best : other).match.label;
    if (isOther) best = other;
    // Of several the likeliest; where the other has no print in the picture, none of it told them apart.
    if (isOther || (told === undefined && other.likeness)) told = { from, places };
  }
  return { best, like, told };
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

function sightOf(
  { match, likeness }: Seen,
  { image }: FirstLook,
  told?: { readonly from: string; readonly places: readonly SharedPlace[] },
): Sight | undefined {
  if (likeness === undefined) return undefined;
  const { inliers, places } = likeness;
  const corners = likeness.corners.map(({ x, y }) => ({ x: x * image.width, y: y * image.height }));
  return {
    ...{ referenceId: match.id, label: match.label, inliers, places },
    corners: corners as unknown as Corners,
    ...(told && { told: toldBy(told.from, told.places, image) }),
  };
}
