import { expect, it } from 'vitest';
import { createSettling } from './settling.ts';

const file = (name: string, version: string) => ({ file: name, root: '.', version });

it('takes a file once it was left alone, and again when it was written to', () => {
  let time = 0;
  const settling = createSettling(2, () => time);
  const take = (...files: Parameters<typeof settling.take>[0]) =>
    settling.take(files).map((found) => found.file);
  expect([take(file('a', '1')), settling.isWaiting]).toEqual([[], true]);
  time = 1500;
  expect(take(file('a', '2'), file('b', '1'))).toEqual([]);
  time = 3400;
  expect(take(file('a', '2'), file('b', '1'))).toEqual([]);
  time = 3500;
  expect([take(file('a', '2'), file('b', '2')), settling.isWaiting]).toEqual([['a'], true]);
  time = 6000;
  expect(take(file('a', '2'), file('b', '2'))).toEqual(['b']);
  expect([take(file('a', '2'), file('b', '2')), settling.isWaiting]).toEqual([[], false]);
  settling.forget();
  expect(take(file('a', '2'))).toEqual(['a']);
  time = 9000;
  take(file('a', '3'));
  time = 12_000;
  expect(take(file('a', '3'))).toEqual(['a']);
});

it('starts anew with a file that was away, and tells what cannot be read once', () => {
  let time = 0;
  const settling = createSettling(1, () => time);
  settling.take([file('a', '1')]);
  time = 1000;
  settling.take([]);
  expect(settling.take([file('a', '1')])).toEqual([]);
  const broken = { file: 'b', error: new Error('no') };
  expect([settling.take([broken]), settling.take([broken])]).toEqual([[broken], []]);
});
