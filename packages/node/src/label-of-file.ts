/** Folders are labels. */
import { basename, dirname, extname, relative, sep } from 'node:path';

/**
 * The label that an image file stands for: the folders between `root` and the file, under `parent` when there is
 * one. A file that lies in `root` itself, or is `root`, has the label `parent`, and without one its own name
 * without the ending.
 *
 * @param root the folder or file that led to it
 * @returns not checked; `parseLabel` of a name that is no label throws LABEL_*
 */
export function labelOfFile(
  { root, file }: { readonly root: string; readonly file: string },
  parent?: string | undefined,
): string {
  const folders = root === file ? '' : relative(root, dirname(file));
  const segments = folders === '' ? [] : folders.split(sep);
  if (parent !== undefined) segments.unshift(parent);
  return segments.length > 0 ? segments.join('/') : basename(file, extname(file));
}
