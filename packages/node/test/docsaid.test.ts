/** The published example of the system that docclf follows: its licence photo must name the licence. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createDocClassifier, listImageFiles } from '../src/index.ts';

const data = process.env.DOCCLF_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const example = `${data}/docsaid`;

it.skipIf(!existsSync(example))(
  `names the driving licence first (needs ${basename(data)}/docsaid, see DOCCLF_DATA)`,
  async () => {
    const classifier = await createDocClassifier();
    const files = await listImageFiles(`${example}/register`);
    const items = files.map((source) => ({ source, label: basename(source, '.jpg') }));
    for await (const outcome of classifier.registerMany(items)) expect(outcome).toMatchObject({ ok: true });
    const result = await classifier.classify(`${example}/test_driver.jpg`);
    expect(result.candidates[0]?.label).toBe('台灣駕照正面');
    expect(result.candidates).toHaveLength(5);
    await classifier.close();
  },
);
