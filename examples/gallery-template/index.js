/**
 * References in anything that keeps bytes under a key and can refuse to overwrite what it was not told of. All of them are in memory,
 * and each commit writes the whole: for some thousand references.
 *
 * There are no locks. A commit is made on a copy of what was read and written under the condition that nothing else was written since;
 * where the engine refuses, another process was faster, and the commit is made anew on what that one wrote.
 */
import { createMemorySession, memoryCapabilities, shownAddress } from '@docclf/gallery';
import { decodeSnapshot, encodeSnapshot } from '@docclf/gallery/snapshot';
import { createEngine } from './engine.js';

const all = { after: null, limit: Number.MAX_SAFE_INTEGER };
const withoutAny = 'none';

/** `mine://host/key`. Nothing is asked before the store is opened. */
export function createStore(address) {
  const engine = createEngine(address);
  return {
    contract: 2,
    name: 'mine',
    capabilities: { ...memoryCapabilities, persistent: true },
    async open(space) {
      let kept = await load(space);
      return {
        // What is bound to another space stays so: the gallery sees it here, and refuses.
        space: kept.session.space,
        revision: async () => (await engine.version()) ?? withoutAny,
        async commit(changes) {
          for (;;) {
            const before = await current();
            const session = await copyOf(before.session);
            await session.commit(changes);
            const bytes = await encodeSnapshot({ space: session.space, references: await session.page(all) });
            const version = await engine.put(bytes, before.version);
            if (version === undefined) continue;
            kept = { version, session };
            return { before: before.version ?? withoutAny, after: version };
          }
        },
        find: async (...query) => (await current()).session.find(...query),
        page: async (...query) => (await current()).session.page(...query),
        labels: async () => (await current()).session.labels(),
        nearest: async (...query) => (await current()).session.nearest(...query),
        close: async () => {},
      };

      /** Others write too, so each question asks for the version first, and reads again only when it is another. */
      async function current() {
        if ((await engine.version()) !== kept.version) kept = await load(space);
        return kept;
      }
    },
  };

  async function load(space) {
    const object = await engine.get();
    if (object === undefined) return { version: undefined, session: createMemorySession(space) };
    const snapshot = await decodeSnapshot(object.bytes, shownAddress(address));
    const session = createMemorySession(snapshot.space);
    await session.commit({ insert: snapshot.references });
    return { version: object.version, session };
  }
}

/** Of a gallery that is there already: for the command line, which opens it by it. */
export async function readSpace(address) {
  const object = await createEngine(address).get();
  if (object === undefined) throw new Error(`There is no gallery at ${shownAddress(address)}.`);
  return (await decodeSnapshot(object.bytes, shownAddress(address))).space;
}

async function copyOf(session) {
  const copy = createMemorySession(session.space);
  await copy.commit({ insert: await session.page(all) });
  return copy;
}
