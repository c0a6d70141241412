/** The published suite, with each driver that is there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GalleryStore } from '@docclf/gallery';
import { galleryConformance } from '@docclf/gallery/conformance';
import { afterAll, describe, test } from 'vitest';
import { createSqliteStore, type SqliteDatabase } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'docclf-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const require = createRequire(import.meta.url);
const nodeMajor = Number(process.versions.node.split('.')[0]);

galleryConformance({
  test,
  name: 'sqlite (libsql)',
  createStore: (place) => createSqliteStore({ file: join(folder, `${place}.db`) }),
});

/** Each driver's way to open a file, or why it is not there. */
const handedOver: Readonly<Record<string, () => (file: string) => SqliteDatabase & { close(): unknown }>> = {
  libsql: () => {
    const Database = require('libsql');
    return (file) => new Database(file);
  },
  'better-sqlite3': () => {
    // Its releases for Node 20 have no binaries in the package; those that have crash there.
    if (nodeMajor < 22) throw new Error('needs Node 22');
    const Database = require('better-sqlite3');
    return (file) => new Database(file);
  },
  'node:sqlite': () => {
    const { DatabaseSync } = require('node:sqlite');
    return (file) => new DatabaseSync(file);
  },
};

for (const [driver, load] of Object.entries(handedOver)) {
  let open: ReturnType<typeof load>;
  try {
    open = load();
  } catch (error) {
    test.skip(
      `sqlite (${driver}): skipped, since ${driver} is not here: ${(error as Error).message.split('\n')[0]}`,
    );
    continue;
  }
  describe('handed over', () => {
    galleryConformance({
      test,
      name: `sqlite (${driver})`,
      createStore(place): GalleryStore {
        const database = open(join(folder, `${driver.replace(':', '-')}-${place}.db`));
        const store = createSqliteStore({ database });
        // Whoever opened it closes it.
        return { ...store, close: () => store.close().then(() => void database.close()) };
      },
    });
  });
}
