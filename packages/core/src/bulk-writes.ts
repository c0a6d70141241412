/** Many references written: in as few writes as can be, each told for itself. */
import { DocclfError } from './errors.ts';
import type { NewReference, Reference } from './gallery.ts';

type Added = { readonly reference: Reference } | { readonly error: unknown };

/** A write is all or nothing: where one of it is to blame, both halves are tried, so that few bad ones cost few writes. */
export async function addEach(
  wanted: readonly NewReference[],
  add: (references: readonly NewReference[]) => Promise<readonly Reference[]>,
): Promise<readonly Added[]> {
  try {
    return (await add(wanted)).map((reference) => ({ reference }));
  } catch (error) {
    if (wanted.length === 1 || !isAboutOne(error)) return wanted.map(() => ({ error }));
    const half = wanted.length >> 1;
    return [...(await addEach(wanted.slice(0, half), add)), ...(await addEach(wanted.slice(half), add))];
  }
}

/** Or about their number: a store may take fewer at once. */
function isAboutOne(error: unknown): boolean {
  return DocclfError.is(error) && /^((REFERENCE|LABEL|VECTOR)_|INVALID_ARGUMENT$)/.test(error.code);
}

/** Time off after work, as a multiple of what the work took. */
export function createRest(share: number) {
  let until = 0;
  return {
    left: () => until - performance.now(),
    async after<Result>(work: () => Promise<Result>): Promise<Result> {
      const start = performance.now();
      const result = await work();
      const end = performance.now();
      until = end + share * (end - start);
      return result;
    },
  };
}
