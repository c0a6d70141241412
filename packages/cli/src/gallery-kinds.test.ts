import { expect, it } from 'vitest';
import { kindOf, loadOptional } from './gallery-kinds.ts';

it('names the package that opens an address of somebody else', async () => {
  await expect(kindOf('redis://localhost').readSpace('redis://localhost')).rejects.toMatchObject({
    code: 'STORE_REQUIREMENT_MISSING',
    message: expect.stringMatching(/npm install docclf-gallery-redis.*--store/),
  });
});

it('says how to install what is not there, and nothing else of a package that fails', async () => {
  const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  await expect(loadOptional('x', '@docclf/x', () => Promise.reject(missing))).rejects.toMatchObject({
    code: 'STORE_REQUIREMENT_MISSING',
    message: expect.stringContaining('npm install @docclf/x'),
    cause: missing,
  });
  const broken = new TypeError('x is not a function');
  await expect(loadOptional('x', '@docclf/x', () => Promise.reject(broken))).rejects.toBe(broken);
});
