/** Ten kinds of photos that a new user takes, drawn: what is not named must be refused, and nothing is named wrongly. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Classifier, createDocClassifier, type ImageSource } from '../src/index.ts';
import { everydayScenes } from './everyday.ts';

const documents = fileURLToPath(new URL('../../../fixtures/documents/', import.meta.url));
const scenes = await everydayScenes();

let classifier: Classifier<ImageSource>;
beforeAll(async () => {
  classifier = await createDocClassifier();
  const { references } = JSON.parse(readFileSync(`${documents}index.json`, 'utf8'));
  for (const { file, label } of references) await classifier.register(`${documents}${file}`, { label });
});
afterAll(() => classifier?.close());

it.each(scenes)('$name', async ({ name, label, picture }) => {
  const result = await classifier.classify(picture);
  expect(result.label).toBe(label);
  if (label !== null) expect(result.found).toBe(name === 'a page that fills the frame' ? 'whole' : 'located');
  if (name === 'a receipt that leaves the frame') expect(result.advice).toEqual(['out-of-frame']);
  const all = await classifier.classifyAll(picture);
  expect(all.flatMap((one) => one.label ?? [])).toEqual(label === null ? [] : [label]);
});
