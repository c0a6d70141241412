import { expect, it } from 'vitest';
import { docclf, temporaryFolder, writePage } from './support.ts';

async function writeSet(path: (name?: string) => string): Promise<void> {
  for (let type = 0; type < 3; type++) {
    for (let image = 0; image < 2; image++) {
      await writePage(path(`known/forms/${type}/${image}.png`), 10 * type + image);
    }
  }
  for (let stranger = 0; stranger < 2; stranger++) {
    await writePage(path(`strangers/${stranger}.png`), 90 + stranger);
  }
}

it('prints a threshold that classify takes, its interval, and that there are too few images', async () => {
  const path = temporaryFolder();
  await writeSet(path);
  const { code, stdout, stderr } = await docclf([
    'calibrate',
    path('known'),
    '--unknown',
    path('strangers'),
    '--fpir',
    '0.5',
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('FPIR 0.5, from 6 images of 3 labels');
  expect(stdout).toMatch(/^all labels +0\.\d{4} +0\.\d{4} to [01]\.\d{4} +2 +1\.0 .*! too few$/m);
  expect(stdout).toContain('60 would do.');
  const threshold = /--threshold (\S+)/.exec(stdout)![1]!;
  const gallery = path('g.docclf');
  await docclf(['register', path('known'), '--gallery', gallery]);
  const classified = await docclf([
    'classify',
    path('strangers'),
    '--gallery',
    gallery,
    '--threshold',
    threshold,
  ]);
  expect(classified.stdout).toContain('unknown');
});

it('prints one JSON object, with each label when asked to', async () => {
  const path = temporaryFolder();
  await writeSet(path);
  const { lines } = await docclf(['calibrate', path('known'), '--fpr', '0.2', '--per-label', '--json']);
  expect(lines).toHaveLength(1);
  const calibration = JSON.parse(lines[0]!);
  expect(calibration).toMatchObject({
    asked: { fpr: 0.2 },
    images: 6,
    types: 3,
    impostors: 12,
    enough: false,
  });
  expect(calibration.labels.map(({ label }: { label: string }) => label)).toEqual([
    'forms/0',
    'forms/1',
    'forms/2',
  ]);
  expect(calibration.threshold).toBeGreaterThan(0.5);
  expect(calibration.model.embeddingSpace).toContain(calibration.model.id);
});

it('says when a folder of one type has no threshold to give', async () => {
  const path = temporaryFolder();
  await writePage(path('known/a/1.png'), 1);
  await writePage(path('known/a/2.png'), 2);
  const { code, stdout } = await docclf(['calibrate', path('known')]);
  expect(code).toBe(0);
  expect(stdout).toContain('! No threshold');
});

it.each([[['--fpir', '0']], [['--fpir', '1']], [['--fpir', '0.1', '--fpr', '0.1']]])(
  'refuses %j',
  async (options) => {
    const { code, stderr } = await docclf(['calibrate', 'somewhere', ...options]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('INVALID_ARGUMENT')]);
  },
);
