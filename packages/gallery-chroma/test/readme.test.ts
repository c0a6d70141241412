import { readFileSync } from 'node:fs';
import * as gallery from '@docclf/gallery';
import { expect, test } from 'vitest';
import * as chroma from '../src/index.ts';
import { chromaPrograms, startChroma, whyNoChroma } from './servers.ts';

test.skipIf(chromaPrograms.length === 0)(
  `the example of the README prints what it says${whyNoChroma}`,
  async () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const code = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, block]) => block!)[1]!;
    const expected = [...code.matchAll(/console\.log.*; \/\/ (.*)/g)].map(([, line]) => line);
    expect(expected.length).toBeGreaterThan(0);
    const server = await startChroma(chromaPrograms[0]!);
    const printed: string[] = [];
    const log = (value: unknown) => printed.push(JSON.stringify(value));
    const body = code
      .replace(/'http:[^']*'/, JSON.stringify(`${server.url}/documents`))
      .replace(/import (\{.*\}) from '@docclf\/gallery';/, 'const $1 = galleryModule;')
      .replace(/import (\{.*\}) from '@docclf\/gallery-chroma';/, 'const $1 = chromaModule;');
    const run = new Function('galleryModule', 'chromaModule', 'console', `return (async () => {${body}})()`);
    await run(gallery, chroma, { log });
    expect(printed).toEqual(expected);
    await server.remove();
  },
);
