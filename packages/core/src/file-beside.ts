/** Files that a manifest names. It may be a stranger's, and what it names is read, in a browser fetched, before anything is checked. */
import { DocclfError } from './errors.ts';

/**
 * Whether a relative URL leads to the manifest's folder or below. What URLs read in another way than it is written (`%2e`, a
 * backslash, white space around) is no name of a file.
 */
function isFileBeside(name: string): boolean {
  return name
    .split('/')
    .every((part) => /^(?!\.{0,2}$)[^\\:?#%\p{Cc}]+$/u.test(part) && part === part.trim());
}

/** @throws MANIFEST_INVALID */
export function assertFilesBeside(...names: readonly (string | undefined)[]): void {
  const problems = names
    .filter((name) => name !== undefined && !isFileBeside(name))
    .map((name) => `file: expected a file beside the manifest, got ${JSON.stringify(name?.slice(0, 100))}`);
  if (problems.length > 0) throw new DocclfError('MANIFEST_INVALID', { problems });
}
