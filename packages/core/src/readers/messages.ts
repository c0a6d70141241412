/** All messages between a reader in a thread of its own and who asks it. A thread reads one file at a time. */
import type { WireError } from '../wire-error.ts';
import type { PagePart, PageReader, ReadPage, ReadPagesOptions, ScannedPage } from './contract.ts';

/** What crosses of a page; its error without its prototype. */
type PlacedError = { readonly number: number; readonly pages: number; readonly error: WireError };
type WirePage = ScannedPage | Extract<ReadPage, { image: unknown }> | PlacedError;

export type ToReader =
  | { kind: 'pages' | 'scans'; bytes: Uint8Array; options: Omit<ReadPagesOptions, 'signal'> }
  | {
      kind: 'split';
      bytes: Uint8Array;
      parts: readonly PagePart[];
      options: Omit<ReadPagesOptions, 'signal'>;
    }
  | { kind: 'next' }
  | { kind: 'end' };

/** Each message to the reader is answered by one, in order; `ready` comes by itself when the thread has started. */
export type FromReader =
  | ({ kind: 'ready'; splits: boolean; scans: boolean } & Pick<PageReader, 'formats' | 'tooCostly'>)
  | { kind: 'opened' }
  | { kind: 'page'; page: WirePage }
  | { kind: 'file'; bytes: Uint8Array }
  | { kind: 'done'; isSpent?: boolean | undefined }
  | { kind: 'failed'; error: WireError };

/** What Node's `parentPort` and `Worker` have in common. */
export interface MessageEmitter {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

export function portOf<Sent, Received>(emitter: MessageEmitter): Port<Sent, Received> {
  return {
    send: (message, transfer) => emitter.postMessage(message, transfer),
    receive: (listener) => void emitter.on('message', listener as (message: unknown) => void),
  };
}

/** What a browser's `Worker` and a worker's own scope have in common. */
export interface MessageTarget {
  postMessage(message: unknown, transfer: readonly unknown[]): void;
  // biome-ignore lint/suspicious/noExplicitAny: each platform has an event of its own here
  onmessage: ((event: any) => void) | null;
}

export function portOfTarget<Sent, Received>(target: MessageTarget): Port<Sent, Received> {
  return {
    send: (message, transfer = []) => target.postMessage(message, transfer),
    receive(listener) {
      target.onmessage = ({ data }: { readonly data: Received }) => listener(data);
    },
  };
}

/** One end of a connection between two threads. */
export interface Port<Sent, Received> {
  /** `transfer`: buffers that go over without a copy, and are gone here. */
  send(message: Sent, transfer?: readonly ArrayBufferLike[]): void;
  receive(listener: (message: Received) => void): void;
}
