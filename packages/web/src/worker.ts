/** The worker's side: one embedder, many calls at once. */
import type { Embedding } from '@docclf/core';
import { embedEach, toWire } from '@docclf/core/implementer';
import { type OpenedEmbedder, type OrtModule, openSession, type SessionSettings } from './session.ts';
import { release } from './source.ts';
import type { Calls, FromWorker, ToWorker } from './worker-protocol.ts';

/** What is used of a dedicated worker's global scope. */
interface WorkerScope {
  readonly name: string;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
}

interface Answered {
  readonly answer: Calls[keyof Calls]['answer'];
  /** What the page gets in place of a copy. */
  readonly transfer?: Transferable[];
}

/** Answers the page's messages; `loadRuntime` is all in which the worker files differ. */
export function serve(loadRuntime: (settings: SessionSettings) => Promise<OrtModule>): void {
  const scope = globalThis as unknown as WorkerScope;
  // ONNX Runtime starts its threads from the file that its own code is in, which a bundler makes this one: such
  // a thread answers the runtime, not the page.
  if (scope.name.startsWith('em-pthread')) return;
  const running = new Map<number, AbortController>();
  const pictures = createKept();
  let opened: OpenedEmbedder | undefined;

  async function answer(message: Exclude<ToWorker, { kind: 'abort' }>): Promise<Answered> {
    if (message.kind === 'open') {
      const { settings } = message;
      opened = await openSession(() => loadRuntime(settings), settings, {
        onProgress: (progress) => scope.postMessage({ kind: 'progress', id: message.id, progress }),
        ownsThread: true,
      });
      const { manifest, cohort } = opened.embedder;
      // Decisions are made in the page: nothing here reads the vectors any more.
      const transfer = buffersOf(cohort?.flatMap(({ vectors }) => vectors) ?? []);
      return { answer: { manifest, cohort, facts: opened.facts }, transfer };
    }
    const { embedder } = opened!;
    if (message.kind === 'selfTest') return { answer: await embedder.selfTest() };
    if (message.kind === 'close') {
      await embedder.close();
      return { answer: undefined };
    }
    if (message.kind === 'featuresOf') {
      return { answer: await pictures.get(message.kept)?.(message.part) };
    }
    const { options } = message;
    const sources = message.kind === 'embed' ? message.sources : [message.source];
    const controller = new AbortController();
    running.set(message.id, controller);
    try {
      const { signal } = controller;
      const asked = { ...options, signal };
      const embeddings =
        message.kind === 'embed'
          ? await embedder.embed(sources, asked)
          : await embedEach(embedder, message.source, asked);
      const vectors = embeddings.flatMap(({ views }) => views.map(({ vector }) => vector));
      const answer = embeddings.map(({ featuresOf, ...embedding }) =>
        featuresOf ? { ...embedding, kept: pictures.keep(featuresOf) } : embedding,
      );
      return { answer, transfer: buffersOf(vectors) };
    } finally {
      running.delete(message.id);
      sources.forEach(release);
    }
  }

  scope.onmessage = async ({ data: message }) => {
    const { id } = message;
    if (message.kind === 'abort') {
      running.get(id)?.abort();
      return;
    }
    try {
      const result = await answer(message);
      scope.postMessage({ kind: 'done', id, answer: result.answer }, result.transfer ?? []);
    } catch (error) {
      scope.postMessage({ kind: 'failed', id, error: toWire(error) });
    }
  };
}

/** Pictures whose features may be asked for: of the last few, since nobody says that he will not ask. */
function createKept() {
  type FeaturesOf = NonNullable<Embedding['featuresOf']>;
  const mostKept = 8;
  const kept = new Map<number, FeaturesOf>();
  let next = 0;
  return {
    keep(featuresOf: FeaturesOf): number {
      kept.delete(next - mostKept);
      kept.set(next, featuresOf);
      return next++;
    },
    get: (name: number) => kept.get(name),
  };
}

function buffersOf(vectors: readonly Float32Array[]): Transferable[] {
  return vectors.map(({ buffer }) => buffer as ArrayBuffer);
}
