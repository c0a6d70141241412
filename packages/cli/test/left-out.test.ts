import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { docclf, temporaryFolder, writePage } from './support.ts';

it('says what a folder run leaves out, names it on demand, and tells scripts', async () => {
  const path = temporaryFolder();
  await writePage(path('docs/1.png'), 1);
  writeFileSync(path('docs/.hidden.png'), '');
  const harmless = await docclf(['embed', path('docs')]);
  expect([harmless.code, harmless.lines.length]).toEqual([0, 1]);
  expect(harmless.stderr).toBe('1 file left out (1 hidden); --list-left-out names them.\n');
  writeFileSync(path('docs/film.mp4'), '');
  const counted = await docclf(['embed', path('docs')]);
  expect([counted.code, counted.lines.length]).toEqual([5, 1]);
  expect(counted.stderr).toBe('2 files left out (1 video, 1 hidden); --list-left-out names them.\n');
  const listed = await docclf(['embed', path('docs'), '--list-left-out']);
  expect(listed.stderr).toBe(
    `left out: ${path('docs/.hidden.png')} (hidden)\nleft out: ${path('docs/film.mp4')} (video)\n` +
      '2 files left out (1 video, 1 hidden).\n',
  );
  writeFileSync(path('docs/bad.png'), 'bad');
  expect((await docclf(['embed', path('docs')])).code).toBe(1);
});
