/**
 * The one place where what was asked for meets a gallery and becomes what decides: for the classifier, its
 * lint and the evaluation alike, so that none can name an operating point that another does not use.
 */
import { evalueAt } from './chance.ts';
import type { Cohort } from './cohort.ts';
import type { Gallery, Match, WithSignal } from './gallery.ts';
import { negativeLabel } from './labels.ts';
import type { ModelManifest } from './model-manifest.ts';
import { createSignificance, type Significance, type Tails } from './significance.ts';
import { createStandings, type Standing } from './standing.ts';
import { type ResolvedThreshold, resolveThreshold, type Threshold } from './thresholds.ts';
import { cosineOfScore, samePictureScore, scoreOfCosine } from './vector.ts';

/** How a probe meets the gallery. */
export interface Meeting extends WithSignal {
  /** Compared with these labels and their sub-labels only. Default: all. */
  readonly within?: readonly string[] | undefined;
  /** Vectors of the probe that are searched, each a further chance of a false match. Default 1. */
  readonly views?: number | undefined;
}

/** A probe, or a view of one, that has been searched. */
export interface Searched extends Meeting {
  readonly vector: Float32Array;
  /** The best match of each label, best first. */
  readonly matches: readonly Match[];
  /** What the gallery held when it was searched. Default: it is asked now. */
  readonly standing?: Standing | undefined;
}

/** What decides over one probe. */
export interface OperatingPoint {
  readonly threshold: ResolvedThreshold;
  /**
   * Unknown documents that would match this gallery as well as the probe does by chance, out of one: 0.01 is one
   * in a hundred. Null without a match or when the model has no cohort. As of BLAST's alignments (Karlin and Altschul 1990).
   */
  readonly evalue: number | null;
}

export interface OperatingPoints {
  /** What the gallery holds: asked once for all views of a probe, while they are searched. */
  standing(): Promise<Standing>;
  /** @throws INVALID_ARGUMENT, THRESHOLD_UNAVAILABLE */
  check(asked: Threshold): void;
  /**
   * For a probe that meets the gallery as it is now.
   *
   * @throws as `check`, and what the gallery throws
   */
  at(asked: Threshold, searched: Searched): Promise<OperatingPoint>;
  /** For a probe of which nothing is known: what the gallery's references would ask for of one another, in the middle. */
  typical(asked: Threshold, meeting?: Meeting): Promise<ResolvedThreshold>;
}

/** References whose thresholds stand for all in `typical`. */
const typicalSample = 32;

/** The model's side of a decision. */
export interface Judge {
  readonly manifest: ModelManifest;
  readonly cohort?: Cohort | undefined;
}

/** The operating points of a gallery as it grows. One costs the gallery's counts and, once a revision, a read of the best reference. */
export function createOperatingPoints(gallery: Gallery, { manifest, cohort }: Judge): OperatingPoints {
  const significance = cohort && createSignificance(cohort);

  const standingNow = createStandings(gallery, manifest.state);

  function byTable(asked: Threshold, standing: Standing, { within, views }: Meeting): ResolvedThreshold {
    const { labels } = standing.countOf(within);
    const comparisons = Math.max(1, labels) * costOf(views);
    return resolveThreshold(askedOfTable(asked, cohort), manifest, comparisons);
  }

  return {
    standing: standingNow,
    check: (asked) => checkAsked(asked, { manifest, cohort }),
    async at(asked, searched) {
      const { vector, views, within } = searched;
      const standing = searched.standing ?? (await standingNow());
      const best = searched.matches.find(({ label }) => label !== negativeLabel);
      if (best === undefined || significance === undefined) {
        return { threshold: byTable(asked, standing, searched), evalue: null };
      }
      const probe = significance.tailsOf(vector);
      return pointOf(asked, significance, {
        score: best.score,
        others: searched.matches
          .filter(({ label }) => label !== best.label && label !== negativeLabel)
          .map(({ score }) => score),
        references: standing.countOf(within).references,
        views,
        probe,
        // One that is not stored yet, or not any more, is held to be like the probe.
        reference: (await standing.tailsOf(best.id, significance)) ?? probe,
      });
    },
    async typical(asked, meeting = {}) {
      const standing = await standingNow();
      if (typeof asked === 'number' || significance === undefined) return byTable(asked, standing, meeting);
      const { references } = standing.countOf(meeting.within);
      const tails = await sampleTails(gallery, significance, meeting);
      const thresholds = tails.map((probe, i) => {
        const reference = tails[(i + 1) % tails.length]!;
        const evidence = { score: 0.5, others: [], references, views: meeting.views, probe, reference };
        return pointOf(asked, significance, evidence).threshold;
      });
      thresholds.sort((a, b) => a.value - b.value);
      return thresholds[thresholds.length >> 1] ?? byTable(asked, standing, meeting);
    },
  };
}

/** Of the first references. */
async function sampleTails(
  gallery: Gallery,
  { tailsOf }: Significance,
  { signal }: Meeting,
): Promise<readonly Tails[]> {
  const tails: Tails[] = [];
  for await (const { label, vector } of gallery.references({ signal })) {
    if (label === negativeLabel) continue;
    tails.push(tailsOf(vector));
    if (tails.length === typicalSample) break;
  }
  return tails;
}

/**
 * Everything that can be wrong with what was asked.
 *
 * @throws INVALID_ARGUMENT, THRESHOLD_UNAVAILABLE
 */
export function checkAsked(asked: Threshold, { manifest, cohort }: Judge): void {
  resolveThreshold(askedOfTable(asked, cohort), manifest);
}

/** Beside strangers any rate of comparisons can be asked for; where none can be used, the table does not refuse it. */
function askedOfTable(asked: Threshold, cohort: Cohort | undefined): Threshold {
  const isRate = cohort && typeof asked === 'object' && asked && 'fpr' in asked && !('fpir' in asked);
  return isRate ? { fpir: asked.fpr } : asked;
}

/** What `pointOf` looks at. Scores are from 0 to 1. */
export interface Evidence {
  /** Of the best reference. */
  readonly score: number;
  /** The best score of each other label, best first; the first few are enough. */
  readonly others: readonly number[];
  /** How many references the probe was compared with. */
  readonly references: number;
  readonly views?: number | undefined;
  readonly probe: Tails;
  readonly reference: Tails;
}

/**
 * From a match to the number of strangers that match as well by chance, and to the score that would have been
 * enough: the chance of one comparison times the comparisons.
 *
 * References of another kind than the probe's are hardly comparisons at all. How many of its kind there are is
 * read off the probe itself: where the fifth best other label lies in the tail of strangers.
 */
export function pointOf(asked: Threshold, significance: Significance, evidence: Evidence): OperatingPoint {
  const { score, others, references, views, probe, reference } = evidence;
  const { chance, kind } = significance.chanceOf(cosineOfScore(score), probe, reference);
  const looked = others[lookedAt - 1];
  const ofKind =
    looked === undefined
      ? references
      : mostForLookedAt / significance.chanceFromProbe(cosineOfScore(looked), probe, kind);
  const comparisons = Math.max(1, Math.min(references, ofKind)) * costOf(views);
  const evalue = chance * comparisons;
  if (typeof asked === 'number') return { threshold: { value: asked, origin: 'given' }, evalue };
  const rates = 'fpir' in asked ? { fpir: asked.fpir, comparisons } : ({ fpr: asked.fpr } as { fpr: number });
  const allowed = 'fpir' in asked ? evalueAt(asked.fpir) / comparisons : asked.fpr;
  const needed = scoreOfCosine(significance.cosineAt(allowed, probe, reference));
  // What is the registered picture itself is never refused.
  return { threshold: { value: Math.min(needed, samePictureScore), origin: 'cohort', ...rates }, evalue };
}

/** Other labels of which the least tells how many of the probe's kind there are. */
const lookedAt = 5;

/** Where five have been seen, fewer than so many were to be expected (90 % upper limit of a Poisson mean). */
const mostForLookedAt = 9.27;

/**
 * What so many views of a probe cost, in comparisons: they resemble one another. Four quarter turns of unknown
 * documents were accepted 2 to 2.6 times as often as one view (bench/RESULTS.md).
 */
export function costOf(views = 1): number {
  return views ** 0.7;
}
