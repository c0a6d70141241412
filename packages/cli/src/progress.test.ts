import { expect, it } from 'vitest';
import { progressBar, progressNote } from './progress.ts';

it('shows rate and time left', () => {
  expect(progressNote({ done: 120, total: 5000, seconds: 2 })).toBe('120 of 5000 images, 60/s, 1:22 left');
  expect(progressNote({ done: 1, total: 8001, seconds: 0.5 })).toBe('1 of 8001 images, 2.0/s, 1:06:40 left');
  expect(progressNote({ done: 0, total: 3, seconds: 0 })).toBe('0 of 3 images, 0.0/s, ? left');
});

it('never fills the line, which would wrap', () => {
  for (const columns of [10, 30, 40, 80, 300]) {
    for (const done of [0, 1, 500, 1000]) {
      expect(progressBar({ done, total: 1000, seconds: 7 }, columns).length).toBeLessThan(columns);
    }
  }
  expect(progressBar({ done: 500, total: 1000, seconds: 5 }, 80)).toMatch(
    /^\[#{20}-{20}\] 500\/1000 {2}100\/s {2}0:05 left$/,
  );
});
