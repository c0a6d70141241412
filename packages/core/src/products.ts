/** The dot products of one vector with many: half a million multiplications for each probe. */
import { createKernelMemory, kernelLanes } from './kernel.ts';
import { cosine } from './vector.ts';

/**
 * @param rows at least one, all of one dimension
 * @param createMemory for tests: with the kernel or without
 * @returns the products of a vector with each of the rows, in their order; the next call overwrites them
 */
export function createProducts(
  rows: readonly Float32Array[],
  createMemory = createKernelMemory,
): (vector: Float32Array) => Float32Array {
  const products = new Float32Array(rows.length);
  const stride = Math.ceil(rows[0]!.length / kernelLanes) * kernelLanes;
  const memory = createMemory(4 * stride * (rows.length + 1));
  const { kernel } = memory;
  if (kernel === undefined) {
    return (vector) => {
      for (let i = 0; i < rows.length; i++) products[i] = cosine(rows[i]!, vector);
      return products;
    };
  }
  const values = new Float32Array(memory.buffer);
  rows.forEach((row, i) => {
    values.set(row, (i + 1) * stride);
  });
  return (vector) => {
    values.set(vector);
    for (let i = 0; i < rows.length; i++) {
      const start = 4 * (i + 1) * stride;
      products[i] = kernel.dot(start, start + 4 * stride, 0);
    }
    return products;
  };
}
