/** The built page in a real browser, as its user meets it. */
import { afterEach, describe, expect, it } from 'vitest';
import { describeAccess } from './access.ts';
import { describeFailures } from './failures.ts';
import { describeGallery } from './gallery.ts';
import { describeLargeGallery } from './large-gallery.ts';
import { describeOffline } from './offline.ts';
import { describeOutline } from './outline.ts';
import { describeRecognition } from './recognition.ts';
import { chromiumPath, patience, useWorld } from './world.ts';

describe.skipIf(chromiumPath === undefined)('the live page', { timeout: patience }, () => {
  const world = useWorld();
  afterEach(() => world.overrides.clear());
  describeRecognition(world);
  describeOutline(world);
  describeGallery(world);
  describeLargeGallery(world);
  describeFailures(world);
  describeOffline(world);
  describeAccess(world);

  it('asked nobody but its own server for anything, and complained about nothing', () => {
    const own = new RegExp(`^(${world.url}/|blob:${world.url}/)`);
    expect(world.requested.length).toBeGreaterThan(0);
    expect(world.requested.filter((url) => !own.test(url))).toEqual([]);
    expect(world.complaints).toEqual([]);
  });
});
