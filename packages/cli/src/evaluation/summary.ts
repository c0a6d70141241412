/** An evaluation as the one JSON object that scripts read. */
import type { Evaluation, Figure, MicroMacro, RateAtFpr } from '@docclf/core/evaluation';
import { version } from '../version.ts';
import { answerSentence, answerShares } from './answers.ts';
import type { Evaluated } from './evaluated.ts';
import { rateName } from './numbers.ts';
import { warningsOf } from './warnings.ts';

/** Confusions beyond these are single searches. */
const maximumConfusions = 50;

/** Rates are shares from 0 to 1, keyed by the rate that was asked for; null is what the data cannot say. */
export function summaryOf(evaluated: Evaluated) {
  const { evaluation, images, threshold, failures } = evaluated;
  const { verification, identification } = evaluation;
  const { fnirAtFpir } = identification;
  const rank1 = identification.ranks.find(({ rank }) => rank === 1);
  const atFpr = <Value>(read: (rate: RateAtFpr) => Value) =>
    keyed(verification.rates, ({ fpr }) => fpr, read);
  const atFpir = <Value>(read: (rate: (typeof fnirAtFpir)[number]) => Value) =>
    keyed(fnirAtFpir, ({ fpir }) => fpir, read);
  const nameOf = (pair: { first: number; second: number; score: number }) => ({
    score: pair.score,
    files: [images[pair.first]!.name, images[pair.second]!.name],
    labels: [images[pair.first]!.label, images[pair.second]!.label],
  });
  return {
    answers: { ...answerShares(evaluated), counts: evaluated.answers, sentence: answerSentence(evaluated) },
    tprAtFpr: atFpr(({ micro }) => micro.value),
    macroTprAtFpr: atFpr(({ macro }) => macro.value),
    auroc: verification.auroc.value,
    rank1: rank1?.micro.value ?? null,
    macroRank1: rank1?.macro.value ?? null,
    fnirAtFpir: atFpir(({ fnir }) => fnir.micro.value),
    macroFnirAtFpir: atFpir(({ fnir }) => fnir.macro.value),
    missesAtFpir: atFpir(({ misses }) => misses.micro.value),
    misidentificationsAtFpir: atFpir(({ misidentifications }) => misidentifications.micro.value),
    thresholdAtFpr: atFpr((rate) => rate.threshold),
    intervals: {
      level: 0.95,
      tprAtFpr: atFpr(({ micro }) => micro.interval),
      macroTprAtFpr: atFpr(({ macro }) => macro.interval),
      auroc: verification.auroc.interval,
      rank1: rank1?.micro.interval ?? null,
      macroRank1: rank1?.macro.interval ?? null,
      fnirAtFpir: atFpir(({ fnir }) => fnir.micro.interval),
      macroFnirAtFpir: atFpir(({ fnir }) => fnir.macro.interval),
    },
    counts: {
      images: evaluation.images,
      types: evaluation.types,
      singleImageTypes: evaluation.singleImageTypes,
      genuinePairs: verification.genuinePairs,
      impostorPairs: verification.impostorPairs,
      unknown: evaluation.unknown,
      searches: identification.searches,
      nonMatedSearches: identification.nonMatedSearches,
      failed: failures.length,
    },
    expectedErrors: atFpr(({ expectedErrors }) => expectedErrors),
    warnings: warningsOf(evaluated),
    atThreshold: { ...evaluation.atThreshold, ...evaluation.gallerySizes.at(-1), origin: threshold },
    gallerySizes: evaluation.gallerySizes,
    hierarchy: evaluation.hierarchy,
    decisions: evaluation.decisions,
    confusions: identification.confusions.slice(0, maximumConfusions),
    sources: evaluation.sources.map(sourceOf),
    worst: {
      genuine: evaluation.worst.genuine.map(nameOf),
      impostor: evaluation.worst.impostor.map(nameOf),
    },
    provenance: provenanceOf(evaluated),
  };
}

function sourceOf({ source, types, images, verification, rank1 }: Evaluation['sources'][number]) {
  const { genuinePairs, impostorPairs, rates } = verification;
  const atFpr = <Value>(read: (rate: RateAtFpr) => Value) => keyed(rates, ({ fpr }) => fpr, read);
  return {
    source,
    types,
    images,
    genuinePairs,
    impostorPairs,
    tprAtFpr: atFpr(({ micro }) => micro.value),
    macroTprAtFpr: atFpr(({ macro }) => macro.value),
    rank1: rank1.micro.value,
    intervals: { macroTprAtFpr: atFpr(({ macro }) => macro.interval), rank1: rank1.micro.interval },
  };
}

/** What the figures were measured with and on. */
function provenanceOf({ evaluation, manifest, space, folder, unknownFolder, failures }: Evaluated) {
  const { verification, identification } = evaluation;
  return {
    docclf: version,
    model: { id: manifest.id, version: manifest.version, sha256: manifest.sha256 },
    embeddingSpace: space.id,
    input: manifest.input,
    preprocessing: manifest.preprocessing,
    folder,
    unknownFolder: unknownFolder ?? null,
    images: evaluation.images,
    types: evaluation.types,
    pairs: verification.genuinePairs + verification.impostorPairs,
    nonMated: evaluation.nonMated,
    seed: evaluation.seed,
    intervalDraws: evaluation.draws,
    galleryDraws: identification.draws,
    failedFiles: failures,
  };
}

/** Rows of the table on the terminal and on the page: both show the same figures. */
export interface FigureRow {
  readonly name: string;
  readonly figures: MicroMacro;
  /** A part of the row before it. */
  readonly part?: boolean;
}

export function figureRows({ evaluation }: Evaluated): FigureRow[] {
  const { verification, identification } = evaluation;
  const rows: FigureRow[] = [];
  for (const rate of verification.rates)
    rows.push({ name: `TPR at FPR ${rateName(rate.fpr)}`, figures: rate });
  for (const rate of identification.ranks) rows.push({ name: `Rank ${rate.rank}`, figures: rate });
  for (const { fpir, fnir, misses, misidentifications } of identification.fnirAtFpir) {
    rows.push({ name: `FNIR at FPIR ${rateName(fpir)}`, figures: fnir });
    rows.push({ name: 'missed', figures: misses, part: true });
    rows.push({ name: 'misidentified', figures: misidentifications, part: true });
  }
  return rows;
}

/** `0.99981 (0.99972 to 0.99993)` */
export function aurocText({ value, interval }: Figure): string {
  if (value === null) return '–';
  const range = interval ? ` (${interval.map((end) => end.toFixed(5)).join(' to ')})` : '';
  return value.toFixed(5) + range;
}

function keyed<Row, Value>(
  rows: readonly Row[],
  rateOf: (row: Row) => number,
  read: (row: Row) => Value,
): Record<string, Value> {
  return Object.fromEntries(rows.map((row) => [rateName(rateOf(row)), read(row)]));
}
