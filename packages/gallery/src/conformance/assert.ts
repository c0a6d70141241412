/** The suite's own assertions: it must run under any test runner and in a browser. */
import { DocclfError, type ErrorCode } from '@docclf/core';

/** What a store does not keep of its contract. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
}

export function check(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new ConformanceError(problem);
}

/** Deep equality: objects by their own keys in any order, bytes and vectors by value. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const difference = differenceOf(actual, expected, '');
  check(difference === undefined, `${what}: ${difference}`);
}

/** The promise must reject with a DocclfError of this code. */
export async function refused(
  code: ErrorCode,
  what: string,
  call: () => Promise<unknown> | undefined,
): Promise<void> {
  let outcome = 'it was done';
  try {
    await call();
  } catch (error) {
    if (DocclfError.is(error, code)) return;
    outcome = DocclfError.is(error) ? `it was refused with ${error.code}` : `it threw ${error}`;
  }
  throw new ConformanceError(`${what} must be refused with ${code}, but ${outcome}.`);
}

function differenceOf(actual: unknown, expected: unknown, path: string): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  const here = path === '' ? '' : ` at ${path}`;
  const differs = `expected ${show(expected)} but received ${show(actual)}${here}`;
  if (typeof actual !== 'object' || typeof expected !== 'object' || !actual || !expected) return differs;
  if (expected instanceof Uint8Array || expected instanceof Float32Array) {
    const kind = expected instanceof Uint8Array ? Uint8Array : Float32Array;
    if (!(actual instanceof kind) || actual.length !== expected.length) return differs;
    const i = expected.findIndex((value, j) => value !== actual[j]);
    return i < 0 ? undefined : `expected ${expected[i]} but received ${actual[i]} at ${path}[${i}]`;
  }
  if (Array.isArray(actual) !== Array.isArray(expected)) return differs;
  const keys = Object.keys(expected).sort();
  if (Object.keys(actual).sort().join('\n') !== keys.join('\n')) return differs;
  for (const key of keys) {
    const [a, b] = [actual, expected].map((value) => (value as Record<string, unknown>)[key]);
    const difference = differenceOf(a, b, path === '' ? key : `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function show(value: unknown): string {
  const text = JSON.stringify(value, (_, part) => (ArrayBuffer.isView(part) ? String(part) : part));
  return text === undefined ? String(value) : text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
