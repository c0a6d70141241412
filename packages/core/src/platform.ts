/** Types that a platform may have: used where it has them, so that a program without DOM and Node types compiles too. */

/** The members of an `AbortSignal` that docclf uses. */
interface SignalMembers {
  readonly aborted: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the platforms type it so
  readonly reason: any;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The platform's `AbortSignal`. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Platform } }
  ? Platform
  : SignalMembers;

/** Bytes in a buffer of their own: `Uint8Array<ArrayBuffer>`, which compilers before TypeScript 5.7 know as `Uint8Array`. */
export type Bytes = ReturnType<Uint8Array['slice']>;

type DisposeKey = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol } ? Key : never;

/** What `await using` needs: `Symbol.asyncDispose`, where the platform has it, is `close`. */
export type AsyncDisposal = { readonly [Key in DisposeKey]: () => Promise<void> };

/** The member that `await using` calls; none on a platform that lacks the symbol. */
export function disposal(close: () => Promise<void>): AsyncDisposal {
  const { asyncDispose } = Symbol as { readonly asyncDispose?: symbol };
  return (asyncDispose ? { [asyncDispose]: close } : {}) as AsyncDisposal;
}
