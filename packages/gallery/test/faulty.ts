/** A store in memory with some members of its session exchanged. */
import { createMemorySession, memoryCapabilities } from '../src/memory.ts';
import type { GalleryStore, StoreCapabilities, StoreSession } from '../src/store.ts';

export function createStoreWith(
  parts: (good: StoreSession) => Partial<StoreSession>,
  claims: Partial<StoreCapabilities> = {},
): GalleryStore {
  return {
    contract: 2,
    name: 'memory',
    capabilities: { ...memoryCapabilities, ...claims },
    async open(space) {
      const good = createMemorySession(space);
      return { ...good, ...parts(good) };
    },
  };
}
