/** All messages between the page and the worker. Types only. */
import type { Cohort, Corners, Embedding, EmbedOptions, ModelManifest } from '@docclf/core';
import type { WireError } from '@docclf/core/implementer';
import type { LoadProgress } from './download.ts';
import type { SessionFacts, SessionSettings } from './session.ts';
import type { CapturedSource } from './source.ts';

/** What each call sends and what it is answered. */
export interface Calls {
  open: {
    request: { settings: SessionSettings };
    answer: { manifest: ModelManifest; cohort: Cohort | undefined; facts: SessionFacts };
  };
  embed: {
    request: {
      sources: readonly CapturedSource[];
      options: Omit<EmbedOptions, 'signal'>;
    };
    answer: readonly KeptEmbedding[];
  };
  featuresOf: {
    request: { kept: number; part: Corners | null };
    answer: Uint8Array | undefined;
  };
  embedAll: {
    request: { source: CapturedSource; options: Omit<EmbedOptions, 'signal'> };
    answer: readonly KeptEmbedding[];
  };
  selfTest: { request: object; answer: { readonly cosine: number } };
  close: { request: object; answer: undefined };
}

/** In place of `featuresOf` the name by which the worker knows it. */
export type KeptEmbedding = Omit<Embedding, 'featuresOf'> & { readonly kept?: number };

export type CallKind = keyof Calls;

/** `id` tells the answer's call; `abort` names the call to give up. */
export type ToWorker =
  | { [Kind in CallKind]: { kind: Kind; id: number } & Calls[Kind]['request'] }[CallKind]
  | { kind: 'abort'; id: number };

export type FromWorker =
  | { kind: 'done'; id: number; answer: Calls[CallKind]['answer'] }
  | { kind: 'failed'; id: number; error: WireError }
  | { kind: 'progress'; id: number; progress: LoadProgress };
