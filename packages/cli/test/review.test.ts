import { request } from 'node:http';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { docclf, drawPage, temporaryFolder, writePage } from './support.ts';

/** A gallery of one page, and an inbox with a photo of it, two of a stranger, and one of another. */
async function inbox() {
  const path = temporaryFolder();
  const gallery = path('g.docclf');
  await writePage(path('types/known.png'), 1);
  await docclf(['register', path('types'), '--gallery', gallery]);
  const write = async (name: string, seed: number, width: number) =>
    sharp(await drawPage(seed).resize(width).jpeg().toBuffer()).toFile(path(`inbox/${name}`));
  await writePage(path('inbox/first.png'), 1);
  await writePage(path('inbox/new-1.png'), 50);
  await write('new-2.jpg', 50, 200);
  await writePage(path('inbox/other.png'), 77);
  return { path, gallery };
}

interface State {
  readonly left: number;
  readonly labels: readonly string[];
  readonly problem?: string;
  readonly item?: {
    readonly id: number;
    readonly name: string;
    readonly candidates: readonly { label: string }[];
    /** Ids. */
    readonly alike: readonly number[];
  };
}

/** Runs the review with somebody who looks at the page. */
async function review(argv: string[], reviewer: (url: string) => Promise<void>) {
  let looking: Promise<void> | undefined;
  const ran = await docclf(argv, {
    onStdout: (text) => {
      if (text.startsWith('http')) looking = reviewer(text.trim());
    },
  });
  await looking;
  return ran;
}

const ask = async (url: string, body?: object): Promise<State> => {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  return (await fetch(url, body && init)).json() as Promise<State>;
};

it('takes answers from the page, and judges the rest by them', async () => {
  const { path, gallery } = await inbox();
  const argv = ['review', path('inbox'), '--gallery', gallery, '--threshold', '0.9'];
  const { code, lines, stderr } = await review(argv, async (url) => {
    const page = await fetch(url);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('What is this?');
    let state = await ask(`${url}current`);
    expect([state.left, state.labels]).toEqual([3, ['known']]);
    const picture = await fetch(`${url}picture/${state.item!.id}`);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect((await sharp(Buffer.from(await picture.arrayBuffer())).metadata()).format).toBe('jpeg');
    // Both of the stranger come first, and each is shown beside the other.
    expect(state.item!.name).toContain('new');
    expect(state.item!.alike).toHaveLength(1);
    const small = await fetch(`${url}small/${state.item!.alike[0]}`);
    expect((await sharp(Buffer.from(await small.arrayBuffer())).metadata()).height).toBeLessThanOrEqual(160);
    while (state.item) {
      const { id, name } = state.item;
      const bad = await ask(`${url}answer`, { id, label: '../up' });
      expect(bad.problem).toMatch(/^LABEL_INVALID/);
      state = await ask(
        `${url}answer`,
        name.includes('new') ? { id, label: 'post/new' } : { id, none: true },
      );
    }
    expect(state.left).toBe(0);
  });
  expect(code).toBe(0);
  expect(lines.slice(1).map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual(
    expect.arrayContaining([
      ['registered', 'post/new'],
      ['recognised since', 'post/new'],
      ['none of mine', '-'],
    ]),
  );
  expect(stderr).toMatch(/0 left\.\n$/);
  expect((await docclf(['labels', '--gallery', gallery])).stdout).toBe('known     1\npost/new  1\n');
});

it('answers nobody who was not given its address', async () => {
  const { path, gallery } = await inbox();
  const argv = ['review', path('inbox'), '--gallery', gallery, '--threshold', '0.9'];
  const { code, stderr } = await review(argv, async (url) => {
    const { origin, port, pathname } = new URL(url);
    const statusWith = (path: string, headers: Record<string, string>, method = 'GET') =>
      new Promise<number>((resolve, reject) => {
        const asking = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        });
        asking.on('error', reject);
        asking.end(method === 'POST' ? '{"id":0,"skip":true}' : undefined);
      });
    expect((await fetch(origin)).status).toBe(404);
    expect(await statusWith(`/${'0'.repeat(32)}/current`, {})).toBe(404);
    expect(await statusWith(`${pathname}current`, { host: `evil.example:${port}` })).toBe(404);
    const foreign = { origin: 'http://evil.example', 'content-type': 'application/json' };
    expect(await statusWith(`${pathname}answer`, foreign, 'POST')).toBe(404);
    // What a form of another page could send.
    expect(await statusWith(`${pathname}answer`, { 'content-type': 'text/plain' }, 'POST')).toBe(400);
    expect((await ask(`${url}answer`, { id: 0, label: 'x'.repeat(5000) })).problem).toContain('short');
    expect((await ask(`${url}current`)).left).toBe(3);
    await ask(`${url}end`, {});
  });
  expect([code, stderr.split('\n').at(-2)]).toEqual([4, '3 left.']);
});

it('needs no page when everything is known', async () => {
  const { path, gallery } = await inbox();
  const { code, stdout } = await docclf(['review', path('types'), '--gallery', gallery]);
  expect([code, stdout]).toEqual([0, '']);
});
