/** The page's own commands, run in its order against a real server. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import {
  postgresPrograms,
  startPGlite,
  startPostgres,
} from '../../packages/gallery-pgvector/test/servers.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const program = here('../../packages/cli/dist/main.js');
const commands = readFileSync(here('README.md'), 'utf8').match(/^docclf .*$/gm)!;

it.skipIf(!existsSync(program))('two commands lead from a file to a server (needs a build)', async () => {
  expect(commands.map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
    'docclf register references',
    'docclf classify probes',
    'docclf gallery copy',
    'docclf classify probes',
  ]);
  const server = await (postgresPrograms ? startPostgres() : startPGlite());
  const folder = mkdtempSync(join(tmpdir(), 'docclf-move-'));
  onTestFinished(async () => {
    rmSync(folder, { recursive: true });
    await server.remove();
  });
  for (const name of ['references', 'probes'])
    symlinkSync(here(`../../fixtures/documents/${name}`), join(folder, name));

  const printed: string[] = [];
  for (const command of commands) printed.push(await run(command, folder, server.url));
  const [registered = '', fromFile = '', copied = '', fromServer = ''] = printed;
  const references = registered.trim().split('\n').length;
  expect(references).toBeGreaterThan(5);
  expect(copied).toContain(
    `${references} references of documents.docclf: ${references} written, 0 there already.`,
  );
  expect(fromFile).toMatch(/^accepted /m);
  expect(fromFile).toMatch(/^unknown /m);
  expect(fromServer).toBe(fromFile);
  expect(await run(commands[2]!, folder, server.url)).toContain('0 written');
});

/** What a command prints, with `docclf` being the built program. Exit code 4 says that something came back unknown. */
function run(command: string, cwd: string, gallery: string): Promise<string> {
  const script = `docclf() { "${process.execPath}" "${program}" "$@"; }; ${command}`;
  const env = { ...process.env, GALLERY: gallery };
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', script], { cwd, env }, (error, stdout, stderr) => {
      if (error && error.code !== 4) reject(new Error(`${command}\n${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}
