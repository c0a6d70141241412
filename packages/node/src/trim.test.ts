import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { trim } from './trim.ts';

let runtime: string;
const place = (file: string) => join(runtime, 'bin', 'napi-v6', file);

beforeEach(() => {
  runtime = mkdtempSync(join(tmpdir(), 'docclf-trim-'));
  for (const file of [
    'linux/x64/libonnxruntime.so.1',
    'linux/x64/libonnxruntime_providers_cuda.so',
    'linux/arm64/libonnxruntime.so.1',
    'darwin/arm64/libonnxruntime.dylib',
  ]) {
    mkdirSync(join(place(file), '..'), { recursive: true });
    writeFileSync(place(file), 'x'.repeat(10));
  }
});
afterEach(() => rmSync(runtime, { recursive: true }));

it('leaves the runtime of one platform, without what graphics processors need', () => {
  expect(trim(runtime, 'linux', 'x64')).toEqual({ kept: place('linux/x64'), freedBytes: 30 });
  expect(existsSync(place('linux/x64/libonnxruntime.so.1'))).toBe(true);
  expect(existsSync(place('linux/arm64/libonnxruntime.so.1'))).toBe(false);
  expect(trim(runtime, 'linux', 'x64').freedBytes).toBe(0);
});

it('removes nothing where the platform has no runtime', () => {
  expect(() => trim(runtime, 'linux', 'riscv64')).toThrow('linux riscv64');
  expect(existsSync(place('darwin/arm64/libonnxruntime.dylib'))).toBe(true);
});
