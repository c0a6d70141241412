/** Files that a manifest names. It may be a stranger's, and what it names is read, in a browser fetched, before anything is checked. */
import { DocclfError } from './errors.ts';

/** What a file name of a manifest must be, for messages. */
export const fileBeside = 'a file in the folder of the manifest or below, such as model.onnx';

/**
 * Whether a relative URL leads to the manifest's folder or below. What URLs read in another way than it is written (`%2e`, a
 * backslash, white space around) is no name of a file.
 */
export function isFileBeside(name: string): boolean {
  if (/[\\:?#%\p{Cc}]/u.test(name)) return false;
  return name.split('/').every((part) => !['', '.', '..'].includes(part) && part === part.trim());
}

/** @throws MANIFEST_INVALID */
export function assertFileBeside(name: string): void {
  if (!isFileBeside(name))
    throw new DocclfError('MANIFEST_INVALID', { problems: [`file: expected ${fileBeside}`] });
}
