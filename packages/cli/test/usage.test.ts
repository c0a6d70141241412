import { expect, it } from 'vitest';
import { docclf } from './support.ts';

it.each([
  [['embd'], "unknown command 'embd'"],
  [['embed'], "missing required argument 'paths'"],
  [['embed', 'a.jpg', '--nope'], "unknown option '--nope'"],
  [['embed', 'a.jpg', '--concurrency', '0'], 'from 1 to 1000'],
  [['embed', 'a.jpg', '--concurrency', ''], 'from 1 to 1000'],
  [['classify', 'a.jpg'], "required option '--gallery <file>'"],
  [['classify', 'a.jpg', '--gallery', 'g', '--threshold', '1.5'], 'from 0 to 1'],
  [['classify', 'a.jpg', '--gallery', 'g', '--threshold', ''], 'from 0 to 1'],
  [['classify', 'a.jpg', '--gallery', 'g', '--threshold', '0.5', '--fpr', '0.1'], 'cannot be used with'],
  [['classify', 'a.jpg', '--gallery', 'g', '--top', '2.5'], 'whole number'],
  [['remove', '--gallery', 'g'], '--label or --id'],
  [['remove', '--gallery', 'g', '--label', 'a', '--id', 'b'], 'cannot be used with'],
  [['remove', '--gallery', 'g', '--label', '../a'], 'names no type'],
  [['labels', '--gallery', 'g', 'surplus'], 'too many arguments'],
  [[`--${'x'.repeat(2 ** 20)}\u001b`], 'unknown option'],
])('answers wrong arguments with one line and exit code 2: %j', async (argv, expected) => {
  const { code, stdout, stderr } = await docclf(argv);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^docclf: (INVALID_ARGUMENT|LABEL_INVALID): \P{Cc}{0,500}\n$/u);
  expect(stderr).toContain(expected);
});

it('explains itself', async () => {
  const nothing = await docclf([]);
  expect([nothing.code, nothing.stdout]).toEqual([2, '']);
  expect(nothing.stderr).toMatch(/^Usage: docclf/);
  for (const argv of [['--help'], ['classify', '--help'], ['help', 'register']]) {
    const { code, stdout, stderr } = await docclf(argv);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: docclf/);
    expect(stdout).toContain('130  interrupted');
  }
  expect((await docclf(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
