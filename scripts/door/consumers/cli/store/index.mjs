// The short way to a store over anything that keeps bytes under a key: references in memory, and the whole of them written
// at each commit. One process at a time; see docs/adding-a-gallery.md for what several need.
import { readFile, writeFile } from 'node:fs/promises';
import { createMemorySession, memoryCapabilities } from '@docclf/gallery';
import { decodeSnapshot, encodeSnapshot } from '@docclf/gallery/snapshot';

const keyOf = (address) => new URL(address).host;

async function read(address) {
  const bytes = await readFile(keyOf(address)).catch(() => undefined);
  return bytes && decodeSnapshot(new Uint8Array(bytes), address);
}

export function createStore(address) {
  return {
    contract: 2,
    name: 'disk',
    capabilities: { ...memoryCapabilities, persistent: true },
    async open(space) {
      const kept = await read(address);
      const session = createMemorySession(kept?.space ?? space);
      if (kept) await session.commit({ insert: kept.references });
      return {
        ...session,
        async commit(changes) {
          const committed = await session.commit(changes);
          const references = await session.page({ after: null, limit: Number.MAX_SAFE_INTEGER });
          await writeFile(keyOf(address), await encodeSnapshot({ space: session.space, references }));
          return committed;
        },
      };
    },
  };
}

export async function readSpace(address) {
  const kept = await read(address);
  if (!kept) throw new Error(`Nothing is kept at ${address}.`);
  return kept.space;
}
