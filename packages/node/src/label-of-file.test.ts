import { join } from 'node:path';
import { expect, it } from 'vitest';
import { labelOfFile } from './label-of-file.ts';

it.each([
  ['the folders between', 'scans', join('scans', 'id', 'front', '1.png'), undefined, 'id/front'],
  ['under a parent', 'scans', join('scans', 'front', '1.png'), 'id', 'id/front'],
  ['a loose file', 'scans', join('scans', 'claim.form.png'), undefined, 'claim.form'],
  ['a loose file under a parent', 'scans', join('scans', '1.png'), 'id', 'id'],
  ['the file itself', join('scans', 'id', 'card.png'), join('scans', 'id', 'card.png'), undefined, 'card'],
  ['a root with a slash at its end', 'scans/', join('scans', 'id', '1.png'), undefined, 'id'],
])('%s', (_, root, file, parent, label) => {
  expect(labelOfFile({ root, file }, parent)).toBe(label);
});
