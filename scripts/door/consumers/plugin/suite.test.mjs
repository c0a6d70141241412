// The store of somebody else, proven by the published suite with Node's own test runner.
import { test } from 'node:test';
import { createMemorySession, memoryCapabilities } from '@docclf/gallery';
import { galleryConformance } from '@docclf/gallery/conformance';

galleryConformance({
  test,
  name: 'mine',
  createStore: () => ({
    contract: 2,
    name: 'mine',
    capabilities: memoryCapabilities,
    open: async (space) => createMemorySession(space),
  }),
});
