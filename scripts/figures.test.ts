/** Each measured figure of the README stands in the record of the command that is named beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const read = (path: string) => readFileSync(at(path), 'utf8');

const [, table = ''] = /^## Measured$(.*?)^## /ms.exec(read('README.md')) ?? [];
const rows = [...table.matchAll(/^\| (.+?) \| (.+?) \| `npm run (?:bench -- )?(\S+)` \|$/gm)].map(
  ([, question, answer, command]) => ({ question: question!, answer: answer!, command: command! }),
);
const measured = read('bench/RESULTS.md');

/** What the record says of one benchmark, whatever number it was run with. */
const recordOf = (command: string) =>
  measured
    .split(/^## /m)
    .filter((section) =>
      [`bench/${command}.bench.js`, `bench -- ${command}`, `npm run ${command}\``].some((name) =>
        section.includes(name),
      ),
    )
    .join('\n');

it('there are figures', () => {
  expect(rows.length).toBeGreaterThan(5);
});

it('what a check allows is what the README says', () => {
  const [{ answer }] = rows.filter(({ command }) => command === 'check') as [(typeof rows)[number]];
  const limits: { name: string; limit: string }[] = JSON.parse(read('.size-limit.json'));
  const said = ['preprocess + core + gallery', 'web:'].map(
    (name) => limits.find((entry) => entry.name.startsWith(name))!.limit,
  );
  expect(answer.match(/[\d.]+ kB/g)).toEqual(said);
});

it.each(rows.filter(({ command }) => command !== 'check'))('$question: $answer', ({ answer, command }) => {
  const scripts = [`bench/${command}.bench.js`, `scripts/${command}.mjs`];
  expect(scripts.some((script) => existsSync(at(script)))).toBe(true);
  const record = recordOf(command);
  const figures = answer.match(/\d[\d.,]*\d|\d/g)!.filter((figure) => /\d/.test(figure));
  expect(figures.filter((figure) => !record.includes(figure))).toEqual([]);
});
