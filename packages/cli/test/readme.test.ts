/** The sessions that README.md shows, run again. Scores are the model's and may change; the rest may not. */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { docclf, temporaryFolder } from './support.ts';

const documents = fileURLToPath(new URL('../../../fixtures/documents/', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it('prints what the README shows', async () => {
  const path = temporaryFolder();
  const session = readme.match(/```console\n([^`]*)```/)![1]!;
  const steps = session.split(/^\$ docclf /m).slice(1);
  expect(steps.length).toBeGreaterThan(2);
  for (const step of steps) {
    const [command = '', ...shown] = step.trim().split('\n');
    const argv = command
      .replace('documents.docclf', path('documents.docclf'))
      .replaceAll(/(references|probes)\//g, `${documents}$&`)
      .split(' ');
    const { stdout, stderr } = await docclf(argv);
    expect(withoutScores((stdout + stderr).replaceAll(documents, '').trim())).toBe(
      withoutScores(shown.join('\n')),
    );
  }
});

it('prints the evaluation that the README shows', async () => {
  const path = temporaryFolder();
  const index = JSON.parse(readFileSync(`${documents}index.json`, 'utf8'));
  for (const { file, label, expected } of [
    ...index.references,
    ...index.addedWhileRunning,
    ...index.probes,
  ]) {
    const type = label ?? expected;
    const target = path(type === null ? 'strangers' : `documents/${type}`);
    mkdirSync(target, { recursive: true });
    copyFileSync(`${documents}${file}`, `${target}/${basename(file)}`);
  }
  const [, session = ''] = readme.match(/```console\n\$ docclf (evaluate [^`]*)```/) ?? [];
  const [command = '', ...shown] = session.trim().split('\n');
  const argv = command
    .split(' ')
    .map((word) => (/^(documents|strangers|report)/.test(word) ? path(word) : word));
  const { code, stdout } = await docclf(argv);
  expect(code).toBe(0);
  expect(existsSync(path('report.html'))).toBe(true);
  expect(withoutFigures(stdout)).toEqual(withoutFigures(shown.join('\n')));
});

/** The lines with the model's figures masked, and without those that name what it confuses. */
function withoutFigures(text: string): string[] {
  return text
    .trim()
    .split('\n')
    .filter((line) => !/^$|^Taken for|^ {2}[\d.]+ % of /.test(line))
    .map((line) => line.replaceAll(/\d+\.\d+( %)?|–/g, '#').replaceAll(/ +/g, ' '));
}

function withoutScores(text: string): string {
  return text.replaceAll(/\d\.\d{4}/g, 'score');
}
