/** The WebAssembly kernel of kernel/kernel.wat: one query and many rows at once, with SIMD. */
import { kernelBytes } from './kernel-bytes.ts';

/** Row strides must be multiples of this many float32 values: one round of the kernel's inner loop. */
export const kernelLanes = 4;

/** The products of so many rows are computed at once: rows and results are padded to a multiple. */
export const rowsAtOnce = 4;

/** The dot product in float32 of a row and the query; addresses in bytes. */
export type Dot = (row: number, rowEnd: number, query: number) => number;

/** Writes the `dot` of rows one behind the other as float32; addresses and stride in bytes; at least one row. */
export type Products = (row: number, count: number, stride: number, query: number, out: number) => void;

/**
 * Writes what the dot products of rows of 8-bit codes with a query of 16-bit codes cannot exceed, as float32.
 * Addresses and stride in bytes; at least one row.
 */
export type Bounds = (
  row: number,
  count: number,
  stride: number,
  query: number,
  scale: number,
  norm: number,
  slack: number,
  out: number,
) => void;

export interface KernelMemory {
  /** Zeros at first. Another one after `grow`, which leaves the old one detached or stale. */
  readonly buffer: ArrayBuffer;
  /** Adds at least so many bytes. */
  grow(bytes: number): void;
  /** The kernel over this memory; undefined where the plain loop must do. */
  readonly kernel: { readonly dot: Dot; readonly products: Products; readonly bounds: Bounds } | undefined;
}

/**
 * Makes the memory at least so large; true when its buffer is another now.
 *
 * It grows by an eighth at least, so that appending costs amortised constant time.
 */
export function reserve(memory: KernelMemory, bytes: number): boolean {
  const missing = bytes - memory.buffer.byteLength;
  if (missing <= 0) return false;
  // Whole views of any type fit into it.
  memory.grow(16 * Math.ceil(Math.max(missing, memory.buffer.byteLength / 8) / 16));
  return true;
}

/** The members of WebAssembly that are called: the platforms' own types are in none of the neutral libraries. */
interface WebAssemblyApi {
  readonly Memory: new (size: {
    initial: number;
  }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/**
 * A memory with its kernel, or a plain one where WebAssembly SIMD is missing or forbidden by a content
 * security policy.
 */
export function createKernelMemory(bytes: number): KernelMemory {
  try {
    const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
    const memory = new WebAssembly.Memory({ initial: pages(bytes) });
    const binary = Uint8Array.from(atob(kernelBytes), (character) => character.charCodeAt(0));
    // Synchronous, which browsers allow for modules this small.
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { rows: { memory } });
    return {
      get buffer() {
        return memory.buffer;
      },
      grow: (more) => {
        memory.grow(pages(more));
      },
      kernel: exports as KernelMemory['kernel'],
    };
  } catch {
    return createPlainMemory(bytes);
  }
}

export function createPlainMemory(bytes: number): KernelMemory {
  let buffer = new ArrayBuffer(bytes);
  return {
    get buffer() {
      return buffer;
    },
    grow(more) {
      const larger = new Uint8Array(buffer.byteLength + more);
      larger.set(new Uint8Array(buffer));
      buffer = larger.buffer;
    },
    kernel: undefined,
  };
}

function pages(bytes: number): number {
  return Math.ceil(bytes / 65_536);
}

/**
 * How far a dot product of the kernel may be from that of the plain loop, for vectors of norm at most 1.001.
 *
 * Each product passes one rounding of its own and at most `stride / 4 + 2` of sums, each of relative error
 * 2^-24, and the products' absolute values sum to at most the product of the norms (Cauchy-Schwarz); see
 * Higham, Accuracy and Stability of Numerical Algorithms, section 3.1.
 */
export function kernelError(stride: number): number {
  return 1.01 * (stride / kernelLanes + 3) * 2 ** -24;
}
