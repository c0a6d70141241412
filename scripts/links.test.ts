/** What the guides link to is there, with the heading. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const ofFolder = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !/(node_modules|dist|src|CHANGELOG)/.test(name))
    .map((name) => join(folder, name));
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['docs', 'examples', 'packages', 'bench'].flatMap(ofFolder),
];

const own = 'https://github.com/docclf/docclf/';

/** As the hosting site makes it of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

function anchorsOf(file: string): Set<string> {
  const text = readFileSync(file, 'utf8');
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!));
  const named = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!);
  return new Set([...headings, ...named]);
}

it.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8').replace(/```.*?```/gs, '');
  const dead = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => {
      const local = link.startsWith(own)
        ? /^(?:blob|tree)\/main\/(.*)$/.exec(link.slice(own.length))?.[1]
        : link;
      if (local === undefined || /^[a-z]+:/.test(local)) return false;
      const [path = '', anchor] = local.split('#');
      const from = link.startsWith(own) ? root : join(root, dirname(page));
      const file = path === '' ? join(root, page) : join(from, decodeURI(path));
      if (!existsSync(file)) return true;
      return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).has(anchor);
    });
  expect(dead).toEqual([]);
});
