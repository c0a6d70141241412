/** The committed module is the committed source, assembled. */
import { expect, test } from 'vitest';
// @ts-expect-error a script, which has no types
import { assemble } from '../../../scripts/assemble.mjs';
import { blurBytes } from '../src/blur-bytes.ts';

test('blur-bytes.ts is what kernel/blur.wat assembles to', async () => {
  expect(blurBytes).toBe(await assemble(new URL('../kernel/blur.wat', import.meta.url)));
});
