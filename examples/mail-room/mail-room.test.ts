/** The page's own commands, run in its order by the built program; the review is answered as its page would. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
// @ts-expect-error a script without types
import { makeMail } from './make-mail.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const program = here('../../packages/cli/dist/main.js');
const commands = readFileSync(here('README.md'), 'utf8').match(/^docclf .*$/gm)!;

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/(^|\/)\./.test(name) && statSync(join(folder, name)).isFile())
    .sort();
}

interface State {
  readonly item?: { readonly id: number };
}

/** Says of everything that is asked about that it is a letter. */
async function answer(url: string): Promise<void> {
  let state = (await (await fetch(`${url}current`)).json()) as State;
  while (state.item) {
    const body = JSON.stringify({ id: state.item.id, label: 'letter' });
    const headers = { 'content-type': 'application/json' };
    state = (await (await fetch(`${url}answer`, { method: 'POST', headers, body })).json()) as State;
  }
}

async function run(command: string, cwd: string) {
  const child = spawn(process.execPath, [program, ...command.split(' ').slice(1)], { cwd });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    const url = /^http\S+\n/m.exec(stdout)?.[0];
    if (url && String(chunk).includes(url)) void answer(url.trim());
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

it.skipIf(!existsSync(program))(
  'sorts a mixed inbox and takes it back (needs a build)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'docclf-mail-room-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await makeMail(folder);
    const [register, split, dryRun, sort, review, sortAgain, undo, undoMore] = commands;
    expect((await run(register!, folder)).stderr).toContain('3 registered');
    expect((await run(split!, folder)).stdout.split('\n').map((line) => line.split(/ {2,}/)[1])).toEqual([
      'insurance/claim-form',
      'receipt',
      undefined,
    ]);
    const inbox = filesOf(join(folder, 'inbox'));
    await run(dryRun!, folder);
    expect(filesOf(join(folder, 'archive'))).toEqual([]);

    const sorted = await run(sort!, folder);
    expect(sorted.code).toBe(1);
    expect(sorted.stderr).toContain('PDF_ENCRYPTED');
    expect(sorted.stderr).toContain('PDF_CORRUPT');
    expect(sorted.stderr).toContain('2 files left out (1 text, 1 video)');
    expect(sorted.stdout).toMatch(/^mixed .*batch\.pdf .*: {2}1-2 insurance\/claim-form, 3 receipt$/m);
    const unsorted = [
      'batch.pdf',
      'cut.pdf',
      'holiday.mp4',
      'letter.pdf',
      'notes.txt',
      'phone/IMG_0003.jpg',
      'secret.pdf',
    ];
    expect(filesOf(join(folder, 'inbox'))).toEqual(unsorted);

    expect((await run(review!, folder)).stdout).toMatch(/^registered +letter +inbox\/letter\.pdf$/m);
    await run(sortAgain!, folder);
    expect(filesOf(join(folder, 'inbox'))).toEqual(unsorted.filter((name) => !/letter|IMG/.test(name)));
    expect(filesOf(join(folder, 'archive')).map((name) => name.replace(/\d{4}-\d\d-\d\d/, 'date'))).toEqual(
      expect.arrayContaining([
        'id/date-IMG_0002.jpg',
        'letter/date-IMG_0003.jpg',
        'insurance/claim-form/date-IMG_0004.HEIC',
        'letter/date-letter.pdf',
        'receipt/date-fax.tiff',
        'receipt/date-scan.bmp',
      ]),
    );
    await run(undo!, folder);
    expect((await run(undoMore!, folder)).code).toBe(0);
    expect([filesOf(join(folder, 'inbox')), filesOf(join(folder, 'archive'))]).toEqual([inbox, []]);
  },
  300_000,
);
