/** The published suite, with each driver that is there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { GalleryStore } from '@docclf/gallery';
import { type ConformanceFaults, galleryConformance } from '@docclf/gallery/conformance';
import Database from 'libsql';
import { afterAll, describe, test } from 'vitest';
import { createSqliteStore, type SqliteDatabase } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'docclf-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const require = createRequire(import.meta.url);
const nodeMajor = Number(process.versions.node.split('.')[0]);

const scale = Number(process.env.DOCCLF_CONFORMANCE_SCALE ?? 2000);
const pathOf = (place: string) => join(folder, `${place}.db`);

const dist = new URL('../dist/index.js', import.meta.url);
const killedProgram = `
  import { writeSync } from 'node:fs';
  import { writeUntilKilled } from '@docclf/gallery/conformance';
  import { createSqliteStore } from ${JSON.stringify(dist.href)};
  const [file] = process.argv.slice(1);
  await writeUntilKilled(createSqliteStore({ file }), (count) => writeSync(1, count + '\\n'));
`;

/** Kills a process that writes as soon as it has reported 300 references. */
async function killDuringWrite(place: string): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', killedProgram, pathOf(place)], {
    cwd: new URL('..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let reported = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    reported = Number(line);
    if (reported >= 300) child.kill('SIGKILL');
  });
  await closed;
  return reported;
}

const lock = {
  code: 'GALLERY_LOCKED',
  async start(place: string) {
    const other = new Database(pathOf(place));
    other.exec('BEGIN IMMEDIATE');
    return async () => {
      other.exec('ROLLBACK');
      other.close();
    };
  },
} as const;

galleryConformance({
  test,
  name: 'sqlite (libsql)',
  scale,
  report: console.log,
  createStore: (place) => createSqliteStore({ file: pathOf(place), busyTimeout: 500 }),
  // The process that is killed runs the built package.
  faults: { lock, ...(existsSync(dist) && { killDuringWrite }) },
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
  const name = `sqlite (${driver}, handed over)`;
  try {
    open = load();
  } catch (error) {
    test.skip(`${name}: skipped, since ${driver} is not here: ${(error as Error).message.split('\n')[0]}`);
    continue;
  }
  const opened = new Map<string, Set<SqliteDatabase>>();
  /** Says one thing to every connection of a place, and what takes it back. */
  const saying = (sql: string, back: string) => async (place: string) => {
    const databases = [...opened.get(place)!];
    for (const database of databases) database.exec(sql);
    return async () => {
      for (const database of databases) database.exec(back);
    };
  };
  const code = 'FILE_UNWRITABLE';
  const faults: ConformanceFaults = {
    fillDisk: { code, start: saying('PRAGMA max_page_count = 1', 'PRAGMA max_page_count = 1000000') },
    forbidWriting: { code, start: saying('PRAGMA query_only = 1', 'PRAGMA query_only = 0') },
  };
  describe('handed over', () => {
    galleryConformance({
      test,
      name,
      report: console.log,
      faults,
      createStore(place): GalleryStore {
        const database = open(join(folder, `${driver.replace(':', '-')}-${place}.db`));
        opened.set(place, (opened.get(place) ?? new Set()).add(database));
        const store = createSqliteStore({ database });
        return {
          ...store,
          async open(space) {
            const session = await store.open(space);
            // Whoever opened it closes it.
            const close = async () => {
              await session.close();
              database.close();
              opened.get(place)!.delete(database);
            };
            return { ...session, close };
          },
        };
      },
    });
  });
}
