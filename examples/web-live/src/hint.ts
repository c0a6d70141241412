/** What a person with a camera can do better, in a few words that do not flicker. Pure. */
import type { Advice } from '@docclf/web';
import type { Light } from './light.ts';

const words = {
  dark: 'Too dark: more light helps',
  'nothing-found': 'No document in view',
  'out-of-frame': 'Move back: it reaches out of the picture',
  'too-small': 'Come closer',
  glare: 'Glare: tilt it, or move the light',
} as const;

type Hint = keyof typeof words;

/** The one thing to do first; undefined where all is well. What is recognised needs no help. */
export function hintFor(
  advice: readonly Advice[],
  light: Light | undefined,
  isRecognised: boolean,
): string | undefined {
  if (isRecognised) return undefined;
  const given = new Set<Hint>([...advice, ...(light === undefined ? [] : [light])]);
  const first = (Object.keys(words) as Hint[]).find((hint) => given.has(hint));
  return first && words[first];
}

/**
 * Holds on to what was said until something else was said for `count` times in a row.
 *
 * @returns what to show after each
 */
export function createSteady<Said>(count: number): (said: Said) => Said | undefined {
  let shown: Said | undefined;
  let other: Said | undefined;
  let times = 0;
  return (said) => {
    times = said === other ? times + 1 : 1;
    other = said;
    if (times >= count) shown = said;
    return shown;
  };
}
