/** The published example of the system that docclf follows, by the command line. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { docclf, temporaryFolder } from './support.ts';

const data = process.env.DOCCLF_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const example = `${data}/docsaid`;

it.skipIf(!existsSync(example))(
  `names the driving licence first (needs ${basename(data)}/docsaid, see DOCCLF_DATA)`,
  async () => {
    const gallery = temporaryFolder()('g.docclf');
    const { stderr } = await docclf(['register', `${example}/register`, '--gallery', gallery]);
    expect(stderr).toBe('10 registered, 0 there already, 0 failed.\n');
    const { lines } = await docclf([
      'classify',
      `${example}/test_driver.jpg`,
      '--gallery',
      gallery,
      '--json',
    ]);
    expect(JSON.parse(lines[0]!).candidates[0].label).toBe('台灣駕照正面');
  },
);
