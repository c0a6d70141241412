import { expect, it } from 'vitest';
import { docclf, drawPage, temporaryFolder, writePage } from './support.ts';

it('warns while registering and finds the same in the gallery afterwards', async () => {
  const path = temporaryFolder();
  const gallery = path('g.docclf');
  await writePage(path('documents/bank/form/1.png'), 1);
  await drawPage(1).jpeg({ quality: 95 }).toFile(path('documents/bank/form/2.jpg'));
  await drawPage(1).jpeg({ quality: 90 }).toFile(path('twin.jpg'));
  await drawPage(2).blur(40).png().toFile(path('blurred.png'));
  await writePage(path('Bank.png'), 3);

  const registered = await docclf(['register', path('documents'), '--gallery', gallery]);
  expect(registered.code).toBe(0);
  expect(registered.stderr).toMatch(/docclf: warning: near-duplicate: nearly the same picture as bank\/form/);
  const more = ['twin.jpg', 'blurred.png', 'Bank.png'].map(path);
  const second = await docclf(['register', ...more, '--gallery', gallery]);
  expect(second.stderr).toMatch(/warning: same-image-two-labels: .*bank\/form.*twin\.jpg/);
  expect(second.stderr).toMatch(/warning: blurred: .*blurred\.png/);
  expect(second.stderr).toMatch(/warning: similar-label-names: .*Bank\.png/);

  const { code, stdout, stderr } = await docclf(['lint', '--gallery', gallery]);
  expect(code).toBe(4);
  for (const warning of [
    /^near-duplicate +bank\/form +[0-9a-f]{32} {2}nearly the same/m,
    /^same-image-two-labels +(twin|bank\/form) /m,
    /^blurred +blurred /m,
    /^similar-label-names +bank +- /m,
  ]) {
    expect(stdout).toMatch(warning);
  }
  expect(stderr).toMatch(/^\d+ warnings? of 5 references\.\n$/);

  const json = await docclf(['lint', '--gallery', gallery, '--json']);
  const warnings = json.lines.map((line) => JSON.parse(line));
  expect(warnings).toContainEqual(
    expect.objectContaining({ code: 'blurred', label: 'blurred', limit: expect.any(Number) }),
  );
});

it('finds nothing in a good gallery, and says so by its exit code', async () => {
  const path = temporaryFolder();
  await writePage(path('form.png'), 1);
  await docclf(['register', path('form.png'), '--gallery', path('g.db')]);
  const { code, stdout, stderr } = await docclf(['lint', '--gallery', path('g.db'), '--threshold', '0.9']);
  expect([code, stdout, stderr]).toEqual([0, '', '0 warnings of 1 reference.\n']);
  expect((await docclf(['lint', '--gallery', path('missing.docclf')])).code).toBe(3);
});

it('recognises a page that lies on its side, if it may', async () => {
  const path = temporaryFolder();
  await writePage(path('form.png'), 1);
  await writePage(path('other.png'), 2);
  await drawPage(1).rotate(270).png().toFile(path('lying.png'));
  const gallery = path('g.docclf');
  await docclf(['register', path('form.png'), path('other.png'), '--gallery', gallery]);
  const classify = ['classify', path('lying.png'), '--gallery', gallery, '--threshold', '0.9'];
  expect((await docclf(classify)).code).toBe(4);
  const { code, lines } = await docclf([...classify, '--rotations', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(lines[0]!)).toMatchObject({ label: 'form', angle: 90 });
  const verify = ['verify', path('lying.png'), '--label', 'form', '--gallery', gallery, '--threshold', '0.9'];
  expect((await docclf(verify)).code).toBe(4);
  expect((await docclf([...verify, '--rotations'])).code).toBe(0);

  const again = ['register', path('lying.png'), '--label', 'form', '--gallery', gallery, '--rotations'];
  expect((await docclf(again)).stderr).toMatch(/warning: rotated: turned by 90 degrees clockwise/);
});
