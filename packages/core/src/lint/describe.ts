/** Warnings in words. */
import { negativeLabel } from '../labels.ts';
import type { LintWarning } from './warnings.ts';

/** One sentence: what was found and what to do. */
export function describeWarning(warning: LintWarning): string {
  switch (warning.code) {
    case 'exact-duplicate':
      return `the same image as ${named(warning.other)}; remove one`;
    case 'near-duplicate':
      return `nearly the same picture as ${named(warning.other)} (score ${warning.score.toFixed(4)}); one is enough`;
    case 'same-image-two-labels':
      return `nearly the same picture as ${named(warning.other)} (score ${warning.score.toFixed(4)}), under another label; remove the wrong one`;
    case 'confusable-labels':
      return `looks like ${named(warning.other)}: score ${warning.score.toFixed(4)}, and ${warning.threshold.toFixed(4)} is enough to be accepted; a further one of the kind that is not registered would be taken for one of them, so put them under one parent`;
    case 'look-alike-labels':
      return `these ${warning.labels.length} labels look alike: a further one of the kind that is not registered would be taken for one of them; put them under one parent: ${listed(warning.labels)}`;
    case 'similar-label-names':
      return `label ${warning.label} is written like ${warning.otherLabel}; rename one with merge`;
    case 'rotated':
      return `turned by ${warning.angle} degrees clockwise it scores ${warning.score.toFixed(4)} instead of ${warning.scoreAsItStands.toFixed(4)} against ${named(warning.other)}; turn it and register it again`;
    case 'blurred':
      return `sharpness ${warning.value.toFixed(1)}, below ${warning.limit}`;
    case 'glaring':
      return `${(100 * warning.value).toFixed(0)} % of the picture lies under glare, more than ${100 * warning.limit} %`;
    case 'low-contrast':
      return `contrast ${warning.value.toFixed(2)}, below ${warning.limit}`;
    case 'too-small':
      return `${warning.value} pixels on the shorter side, below ${warning.limit}`;
  }
}

/** The first few: a group may have hundreds. */
function listed(labels: readonly string[]): string {
  const more = labels.length > 5 ? ` and ${labels.length - 5} more` : '';
  return labels.slice(0, 5).join(', ') + more;
}

function named({ id, label }: { readonly id: string; readonly label: string }): string {
  return `${label === negativeLabel ? 'a picture of none of yours' : label} (${id})`;
}
