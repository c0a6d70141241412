import { expect, it } from 'vitest';
import { createLifetime } from './lifetime.ts';
import { codeOf, deferred, settle } from './testing.ts';

it('releases after the running work, failed work too, and once', async () => {
  const events: string[] = [];
  const [good, bad] = [deferred<string>(), deferred<string>()];
  const lifetime = createLifetime('oven', async () => {
    events.push('released');
  });
  const results = Promise.allSettled([lifetime.run(() => good.promise), lifetime.run(() => bad.promise)]);
  const closed = Promise.all([lifetime.close(), lifetime.close()]);
  bad.reject(new Error('burnt'));
  await settle();
  expect(events).toEqual([]);
  good.resolve('baked');
  await closed;
  expect(events).toEqual(['released']);
  expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

it('refuses work once closing has begun, by name', async () => {
  const lifetime = createLifetime('oven', async () => {});
  const closed = lifetime.close();
  let started = false;
  const late = lifetime.run(async () => {
    started = true;
  });
  await expect(late).rejects.toMatchObject({ code: 'CLOSED', details: { what: 'oven' } });
  expect(started).toBe(false);
  await closed;
});

it('passes on that releasing failed', async () => {
  const lifetime = createLifetime('oven', () => Promise.reject(new Error('stuck')));
  await expect(lifetime.close()).rejects.toThrow('stuck');
  expect(await codeOf(lifetime.run(async () => {}))).toBe('CLOSED');
});
