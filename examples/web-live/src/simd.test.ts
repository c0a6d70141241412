import { afterEach, expect, it, vi } from 'vitest';
import { hasSimd } from './simd.ts';

afterEach(() => void vi.unstubAllGlobals());

it('asks with a module that is valid but for its SIMD instruction', () => {
  // Node has SIMD: a mistake in the bytes would be refused here.
  expect(hasSimd()).toBe(true);
});

it('answers no where there is none, or no WebAssembly', () => {
  vi.stubGlobal('WebAssembly', { validate: (bytes: Uint8Array) => !bytes.includes(0xfd) });
  expect(hasSimd()).toBe(false);
  vi.stubGlobal('WebAssembly', undefined);
  expect(hasSimd()).toBe(false);
});
