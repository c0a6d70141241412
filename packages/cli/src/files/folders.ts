/** What folders have to do with one another, by whatever names they are called. */
import { DocclfError } from '@docclf/core';
import { isSameFile, look } from './identity.ts';

/** @throws INVALID_ARGUMENT when both are one folder */
export async function assertOtherFolder(path: string, other: string, argument: string): Promise<void> {
  const [a, b] = await Promise.all([path, other].map((one) => look(one).catch(() => undefined)));
  if (!a || !b || !isSameFile(a, b)) return;
  throw new DocclfError('INVALID_ARGUMENT', {
    argument,
    expected: `another folder than ${path}`,
    received: other,
  });
}
