/** Which labels a question is about: all, one with its sub-labels, or several with theirs. */
import { DocclfError, isWithin, type WithinOptions } from '@docclf/core';
import { describe, parseStoredLabel } from '@docclf/core/implementer';

export interface Scope {
  /** The label where it is one: stores filter by it themselves. */
  readonly within: string | undefined;
  /** True where it is several. */
  readonly isMany: boolean;
  includes(label: string): boolean;
}

const everything: Scope = { within: undefined, isMany: false, includes: () => true };

/** @throws LABEL_*, INVALID_ARGUMENT */
export function scopeOf(within: WithinOptions['within']): Scope {
  if (within === undefined) return everything;
  if (typeof within !== 'string' && !Array.isArray(within)) {
    const expected = 'a label or a list of labels';
    throw new DocclfError('INVALID_ARGUMENT', { argument: 'within', expected, received: describe(within) });
  }
  if (typeof within === 'string' || within.length === 1) {
    const label = parseStoredLabel(typeof within === 'string' ? within : within[0]!);
    return { within: label, isMany: false, includes: (other) => isWithin(other, label) };
  }
  const labels = new Set(within.map((label) => parseStoredLabel(label)));
  return {
    within: undefined,
    isMany: true,
    // Up from the label, so that it costs the same among any number of labels.
    includes(label) {
      for (let end = label.length; end > 0; end = label.lastIndexOf('/', end - 1)) {
        if (labels.has(label.slice(0, end))) return true;
      }
      return false;
    },
  };
}
