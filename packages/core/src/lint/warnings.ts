/** What a lint can say about a reference: closed codes, facts as fields. */
import type { QuarterTurn } from '../variations.ts';

/** A reference as warnings name it; the label is `negativeLabel` of a negative one. */
export interface NamedReference {
  readonly id: string;
  readonly label: string;
}

export type LintWarning =
  /** The same bytes are registered under this label already, by another id. */
  | { readonly code: 'exact-duplicate'; readonly other: NamedReference }
  /** Nearly the same picture is registered under this label already: it adds little. */
  | { readonly code: 'near-duplicate'; readonly other: NamedReference; readonly score: number }
  /** Nearly the same picture is registered under another label: which of them is answered is chance. */
  | { readonly code: 'same-image-two-labels'; readonly other: NamedReference; readonly score: number }
  /** It reaches the threshold against another label: captures of the one may be answered with the other. */
  | {
      readonly code: 'confusable-labels';
      readonly other: NamedReference;
      readonly score: number;
      readonly threshold: number;
    }
  /** Three or more labels that are confusable one with the next, sorted; told of a gallery instead of each pair. */
  | { readonly code: 'look-alike-labels'; readonly labels: readonly string[] }
  /** The labels differ in letter case, character width or the like only: probably one type in two spellings. */
  | { readonly code: 'similar-label-names'; readonly label: string; readonly otherLabel: string }
  /** Turned by so many degrees clockwise it resembles its label better than as it stands. */
  | {
      readonly code: 'rotated';
      readonly other: NamedReference;
      readonly angle: QuarterTurn;
      readonly score: number;
      readonly scoreAsItStands: number;
    }
  | QualityWarning;

/** The picture itself: the measure and the limit that it passes. */
export interface QualityWarning {
  readonly code: 'blurred' | 'glaring' | 'low-contrast' | 'too-small';
  readonly value: number;
  readonly limit: number;
}

export type LintCode = LintWarning['code'];

/** Every code, for whoever must know them all. */
export const lintCodes: readonly LintCode[] = [
  'exact-duplicate',
  'near-duplicate',
  'same-image-two-labels',
  'confusable-labels',
  'look-alike-labels',
  'similar-label-names',
  'rotated',
  'blurred',
  'glaring',
  'low-contrast',
  'too-small',
];
