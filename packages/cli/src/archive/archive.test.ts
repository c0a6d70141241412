import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { look, versionOf } from '../files/identity.ts';
import { openArchive } from './archive.ts';
import { type Disk, realDisk } from './disk.ts';

type Way = 'move' | 'copy' | 'link';

/** An inbox with two files of one name, and an archive that has a third. */
function mailRoom() {
  const root = mkdtempSync(join(tmpdir(), 'docclf-archive-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const path = (name: string) => join(root, name);
  for (const folder of ['inbox/deep', 'archive/form']) mkdirSync(path(folder), { recursive: true });
  writeFileSync(path('inbox/a.pdf'), 'first');
  writeFileSync(path('inbox/deep/a.pdf'), 'second');
  writeFileSync(path('archive/form/a.pdf'), 'old');
  return { root, path };
}

/** Contents by path; hidden files are left out, but for what a copy left half made. */
function contents(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/(^|\/)\.(?!.*\.part$)/.test(name) && statSync(join(root, name)).isFile())
    .sort();
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

/** Stores what is in the inbox, as one run. */
async function sort(path: (name: string) => string, way: Way, disk?: Disk) {
  const archive = openArchive(path('archive'), disk);
  const outcomes = [];
  for (const name of ['inbox/a.pdf', 'inbox/deep/a.pdf']) {
    const found = await look(path(name));
    if (found) outcomes.push(await archive.store(path(name), 'form/a.pdf', versionOf(found), way));
  }
  return outcomes.map((outcome) =>
    'to' in outcome ? [outcome.became, relative(path('archive'), outcome.to)] : [outcome.became],
  );
}

async function undo(path: (name: string) => string, disk?: Disk) {
  const became: string[] = [];
  for await (const undone of openArchive(path('archive'), disk).undo()) became.push(undone.became);
  return became;
}

const refuse = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
/** Disks as they are: one, two, and one that has no second names. */
const disks: Readonly<Record<string, Disk>> = {
  'one disk': realDisk,
  'another disk': {
    ...realDisk,
    link: (from, to) => (String(from).endsWith('.part') ? realDisk.link(from, to) : refuse('EXDEV')()),
  },
  'a disk without second names': { ...realDisk, link: refuse('EPERM') },
};

class Crash extends Error {}

/** Ends at a step, in the middle of what takes its time; from then on nothing is done any more. */
function crashing(disk: Disk, at: number): { disk: Disk; hasCrashed: () => boolean } {
  let step = 0;
  const handler: ProxyHandler<Disk> = {
    get:
      (target, name: keyof Disk) =>
      async (...args: never[]) => {
        if (++step < at) return (target[name] as (...all: never[]) => Promise<void>)(...args);
        if (step === at && name === 'append') {
          const [file, text] = args as unknown as [string, string];
          appendFileSync(file, text.slice(0, text.length / 2));
        }
        if (step === at && name === 'copy') {
          await target.copy(...(args as unknown as Parameters<Disk['copy']>));
          truncateSync(args[1]!, 3);
        }
        throw new Crash();
      },
  };
  return { disk: new Proxy(disk, handler), hasCrashed: () => step >= at };
}

/** Every moment at which a program can end: `work` is done with a crash at each, until it needs no more steps. */
async function atEachStep(disk: Disk, work: (disk: Disk) => Promise<void>): Promise<number> {
  for (let at = 1; ; at++) {
    const { disk: brittle, hasCrashed } = crashing(disk, at);
    await work(brittle);
    if (!hasCrashed()) return at - 1;
  }
}

const ignoreCrash = (error: unknown) => {
  if (!(error instanceof Crash)) throw error;
};

const sorted = { 'form/a.pdf': 'old', 'form/a-2.pdf': 'first', 'form/a-3.pdf': 'second' };
const unsorted = { 'a.pdf': 'first', 'deep/a.pdf': 'second' };

describe.each(Object.keys(disks))('on %s', (name) => {
  const disk = disks[name]!;

  it('moves under numbers that are free, and back', async () => {
    const { path } = mailRoom();
    expect(await sort(path, 'move', disk)).toEqual([
      ['done', 'form/a-2.pdf'],
      ['done', 'form/a-3.pdf'],
    ]);
    expect([contents(path('inbox')), contents(path('archive'))]).toEqual([{}, sorted]);
    expect(await undo(path, disk)).toEqual(['back', 'back']);
    expect([contents(path('inbox')), contents(path('archive'))]).toEqual([unsorted, { 'form/a.pdf': 'old' }]);
    expect(await undo(path, disk)).toEqual([]);
  });

  it('loses and doubles nothing wherever it ends', async () => {
    const steps = await atEachStep(disk, async (brittle) => {
      const { root, path } = mailRoom();
      await sort(path, 'move', brittle).catch(ignoreCrash);
      await sort(path, 'move', disk);
      const all = Object.values(contents(root)).sort();
      expect(all).toEqual(['first', 'old', 'second']);
      expect(contents(path('inbox'))).toEqual({});
      // Two runs at most, each taken back with a crash-free undo.
      await undo(path, disk);
      await undo(path, disk);
      expect([contents(path('inbox')), contents(path('archive'))]).toEqual([
        unsorted,
        { 'form/a.pdf': 'old' },
      ]);
    });
    expect(steps).toBeGreaterThan(10);
  });

  it('takes back what it can when undo ends half way', async () => {
    await atEachStep(disk, async (brittle) => {
      const { path } = mailRoom();
      await sort(path, 'move', disk);
      await undo(path, brittle).catch(ignoreCrash);
      await undo(path, disk);
      expect([contents(path('inbox')), contents(path('archive'))]).toEqual([
        unsorted,
        { 'form/a.pdf': 'old' },
      ]);
    });
  });

  it('copies once, also after a crash, and takes copies back', async () => {
    await atEachStep(disk, async (brittle) => {
      const { path } = mailRoom();
      await sort(path, 'copy', brittle).catch(ignoreCrash);
      await sort(path, 'copy', disk);
      expect([contents(path('inbox')), contents(path('archive'))]).toEqual([unsorted, sorted]);
      const again = await sort(path, 'copy', disk);
      expect(again.map(([became]) => became)).toEqual(['there already', 'there already']);
      await undo(path, disk);
      await undo(path, disk);
      expect([contents(path('inbox')), contents(path('archive'))]).toEqual([
        unsorted,
        { 'form/a.pdf': 'old' },
      ]);
    });
  });
});

it('links, or says that it cannot', async () => {
  const { path } = mailRoom();
  await sort(path, 'link');
  expect(statSync(path('inbox/a.pdf')).ino).toBe(statSync(path('archive/form/a-2.pdf')).ino);
  expect(await undo(path)).toEqual(['back', 'back']);
  expect(contents(path('inbox'))).toEqual(unsorted);
  await expect(sort(path, 'link', disks['another disk'])).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  expect(contents(path('archive'))).toEqual({ 'form/a.pdf': 'old' });
});

it('leaves a file that changed since it was looked at', async () => {
  const { path } = mailRoom();
  const version = versionOf((await look(path('inbox/a.pdf')))!);
  writeFileSync(path('inbox/a.pdf'), 'longer now');
  const storing = openArchive(path('archive')).store(path('inbox/a.pdf'), 'form/a.pdf', version, 'move');
  await expect(storing).rejects.toMatchObject({
    code: 'FILE_CHANGED',
    details: { file: path('inbox/a.pdf') },
  });
  expect(contents(path('inbox'))).toMatchObject({ 'a.pdf': 'longer now' });
});

it.each(['ENOSPC', 'EROFS', 'EACCES'])('says %s and leaves everything as it was', async (code) => {
  for (const full of ['link', 'copy', 'append', 'makeFolder', 'remove'] as const) {
    const { path } = mailRoom();
    const disk = { ...(full === 'copy' ? disks['another disk']! : realDisk), [full]: refuse(code) };
    if (full === 'remove')
      disk.remove = (file) => (String(file).includes('inbox') ? refuse(code)() : realDisk.remove(file));
    await expect(sort(path, 'move', disk)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect([contents(path('inbox')), contents(path('archive'))]).toEqual([unsorted, { 'form/a.pdf': 'old' }]);
    // Nor is anything in the way of the next run.
    await sort(path, 'move');
    expect(contents(path('archive'))).toEqual(sorted);
  }
});

it('does not follow a link out of the inbox', async () => {
  const { path } = mailRoom();
  renameSync(path('inbox/a.pdf'), path('elsewhere.pdf'));
  symlinkSync(path('elsewhere.pdf'), path('inbox/a.pdf'));
  await sort(path, 'move');
  expect(contents(path('archive'))).toEqual(sorted);
  expect(readFileSync(path('elsewhere.pdf'), 'utf8')).toBe('first');
  expect(existsSync(path('inbox/a.pdf'))).toBe(false);
});

it('shares the work with a second run', async () => {
  const { path } = mailRoom();
  const files = ['inbox/a.pdf', 'inbox/deep/a.pdf'].map(path);
  const versions = await Promise.all(files.map(async (file) => versionOf((await look(file))!)));
  const outcomes = [1, 2].flatMap(() => {
    const archive = openArchive(path('archive'));
    return files.map((file, i) => archive.store(file, 'form/a.pdf', versions[i]!, 'move'));
  });
  const became = (await Promise.all(outcomes)).map((outcome) => outcome.became);
  expect(became.sort()).toEqual(['done', 'done', 'gone', 'gone']);
  expect(Object.values(contents(path('archive'))).sort()).toEqual(['first', 'old', 'second']);
});

it('undoes nothing that others changed', async () => {
  const { path } = mailRoom();
  await sort(path, 'move');
  writeFileSync(path('inbox/a.pdf'), 'new here');
  rmSync(path('archive/form/a-3.pdf'));
  expect(await undo(path)).toEqual(['gone', 'occupied']);
  expect(contents(path('inbox'))).toEqual({ 'a.pdf': 'new here' });
  rmSync(path('inbox/a.pdf'));
  expect(await undo(path)).toEqual(['back']);
  await sort(path, 'copy');
  writeFileSync(path('archive/form/a-2.pdf'), 'edited');
  expect(await undo(path)).toEqual(['changed']);
  writeFileSync(path('inbox/deep/a.pdf'), 'second');
  await sort(path, 'copy');
  rmSync(path('inbox/deep/a.pdf'));
  expect(await undo(path)).toEqual(['only copy']);
});

it('moves a file whose name is no UTF-8, and back', async () => {
  const { path } = mailRoom();
  const name = Buffer.concat([Buffer.from(path('inbox/caf')), Buffer.of(0xe9), Buffer.from('.pdf')]);
  writeFileSync(name, 'third');
  const archive = openArchive(path('archive'));
  const stored = await archive.store(name, 'form/x.pdf', versionOf((await look(name))!), 'move');
  expect([stored, existsSync(name)]).toEqual([{ became: 'done', to: path('archive/form/x.pdf') }, false]);
  expect(await undo(path)).toEqual(['back']);
  expect(readFileSync(name, 'utf8')).toBe('third');
});

it('takes no other file for its journal', async () => {
  const { path } = mailRoom();
  writeFileSync(path('archive/.docclf-journal.ndjson'), 'something else\n');
  await expect(sort(path, 'move')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  expect(contents(path('inbox'))).toEqual(unsorted);
});

it.each([
  ['no path', { from: null }],
  ['a number for one', { to: 5 }],
  ['bytes that are none', { from: { bytes: 5 } }],
  ['a way that is none', { way: 'constructor' }],
  ['no source', { source: undefined }],
])('takes a line of %s for none of its journal', async (_, wrong) => {
  const { path } = mailRoom();
  const line = { begin: 'a', run: 'r', time: '2026-01-01T00:00:00.000Z', way: 'move', source: 's' };
  const begun = { ...line, from: path('inbox/a'), to: path('archive/a'), ...wrong };
  writeFileSync(path('archive/.docclf-journal.ndjson'), `${JSON.stringify(begun)}\n`);
  await expect(sort(path, 'move')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  await expect(undo(path)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  expect(contents(path('inbox'))).toEqual(unsorted);
});
