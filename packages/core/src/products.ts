/** The dot products of one vector with many: half a million multiplications for each probe. */
import { createKernelMemory, kernelLanes, rowsAtOnce } from './kernel.ts';
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
  const stride = Math.ceil(rows[0]!.length / kernelLanes) * kernelLanes;
  const padded = Math.ceil(rows.length / rowsAtOnce) * rowsAtOnce;
  // The rows, the vector, the products.
  const memory = createMemory(4 * (stride * (padded + 1) + padded));
  const { kernel } = memory;
  if (kernel === undefined) {
    const products = new Float32Array(rows.length);
    return (vector) => {
      for (let i = 0; i < rows.length; i++) products[i] = cosine(rows[i]!, vector);
      return products;
    };
  }
  const values = new Float32Array(memory.buffer);
  rows.forEach((row, i) => {
    values.set(row, i * stride);
  });
  const query = padded * stride;
  const out = query + stride;
  const products = values.subarray(out, out + rows.length);
  return (vector) => {
    values.set(vector, query);
    kernel.products(0, rows.length, 4 * stride, 4 * query, 4 * out);
    return products;
  };
}
