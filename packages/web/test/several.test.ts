/** Several documents in one picture, in Chromium: each is found where Node finds it, and named alike. */
import { readFileSync } from 'node:fs';
import { type Classifier, type Corners, createDocClassifier, type ImageSource } from '@docclf/node';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alone, documents, fourOnADesk, type Laid, lay, pile, twoOnAScan } from '../../node/test/laid.ts';
import { chromiumPath, launchChromium } from './chromium.ts';
import { openPage, type TestPage } from './page.ts';
import { runtimeUrl, startServer, type TestServer } from './server.ts';

interface Answer {
  readonly status: string;
  readonly label: string | null;
  readonly corners?: Corners;
}

/** What lies over a document may be taken for a state of it, or just not: of that each decoder's rounding decides. */
function typeOf({ status, label }: Pick<Answer, 'status' | 'label'>) {
  return [status, label?.replace(/\/(stained|glare)$/, '')];
}

const { references } = JSON.parse(readFileSync(`${documents}index.json`, 'utf8')) as {
  references: readonly { file: string; label: string }[];
};

describe.skipIf(chromiumPath === undefined)('several documents in one picture', () => {
  let browser: Browser;
  let server: TestServer;
  let node: Classifier<ImageSource>;
  let test: TestPage;

  beforeAll(async () => {
    [browser, server, node] = await Promise.all([launchChromium(), startServer(), createDocClassifier()]);
    test = await openPage(browser, `${server.url}/plain.html`);
    for (const [name, worker] of [
      ['worker', true],
      ['page', false],
    ] as const)
      await test.call('open', name, { runtimeUrl, worker });
    for (const { file, label } of references) {
      await node.register(`${documents}${file}`, { label });
      for (const name of ['worker', 'page'])
        await test.call('register', name, `/fixtures/documents/${file}`, label);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await node?.close();
  });

  const scenes: readonly [name: string, background: string, size: [number, number], laid: readonly Laid[]][] =
    [
      ['two cards on one scan', '#d7d5d0', [1240, 1754], twoOnAScan],
      ['four on a desk', '#705842', [2000, 1500], fourOnADesk],
      ['a card on a form', '#4b5d52', [1500, 1500], pile],
      ['one document', '#705842', [1500, 1500], alone],
      ['a desk without any', '#705842', [1500, 1500], []],
    ];
  it.each(scenes)('are found as Node finds them: %s', async (name, background, [width, height], laid) => {
    const { picture } = await lay(background, width, height, laid);
    const url = server.put(`${name}.jpg`, picture);
    const expected = await node.classifyAll(picture);
    expect(expected).toHaveLength(laid.length);
    for (const thread of ['worker', 'page']) {
      const answers = await test.call<Answer[]>('classifyAll', thread, url);
      expect(answers.map(typeOf)).toEqual(expected.map(typeOf));
      for (const [i, { corners }] of answers.entries()) {
        // Decoders round each pixel their own way, which moves a corner that is hidden the most.
        const most = 0.005 * width;
        for (const [j, { x, y }] of corners!.entries()) {
          const { x: inNodeX, y: inNodeY } = expected[i]!.corners![j]!;
          expect(Math.hypot(x - inNodeX, y - inNodeY)).toBeLessThan(most);
        }
      }
    }
  });
});
