/** The committed module is the committed source, assembled. */
import { expect, test } from 'vitest';
// @ts-expect-error a script, which has no types
import { assemble } from '../../../scripts/assemble.mjs';
import { kernelBytes } from '../src/kernel-bytes.ts';

test('kernel-bytes.ts is what kernel/kernel.wat assembles to', async () => {
  expect(kernelBytes).toBe(await assemble(new URL('../kernel/kernel.wat', import.meta.url)));
});
