import { expect, it, vi } from 'vitest';

vi.mock('onnxruntime-node', () => {
  throw new Error("libonnxruntime.so.1: version `VERS_1.30.0' not found");
});

it('is imported on a system that the runtime does not fit, and says so when a session is opened', async () => {
  const { createNodeEmbedder, DocclfError } = await import('@docclf/node');
  const error: unknown = await createNodeEmbedder().catch((error: unknown) => error);
  expect(DocclfError.is(error, 'RUNTIME_FAILED')).toBe(true);
  expect((error as Error).message).toContain('Alpine');
  expect((error as Error).cause).toBeInstanceOf(Error);
});
