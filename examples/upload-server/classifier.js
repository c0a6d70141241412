/** What every server here shares: one classifier for the life of the process, and what a client is told. */
import { createDocClassifier, DocclfError } from '@docclf/node';

/** Uploads come from strangers: no more than documents need, and no longer than somebody waits. */
export const limits = { maximumBytes: 20_000_000, maximumPixels: 2 ** 25 };
const patience = 10_000;

export const port = Number(process.env.PORT ?? 3000);

/** `docclf register documents/ --gallery documents.docclf` makes the file; opening it is done once, before the first request. */
export const classifier = await createDocClassifier({
  gallery: process.env.GALLERY ?? 'documents.docclf',
  ...limits,
});

/** What is said to a client: the answer, or what is wrong with the picture. */
export async function answer(image) {
  try {
    const signal = AbortSignal.timeout(patience);
    const { status, label, score, oneOf, advice } = await classifier.classify(image, { signal });
    return { code: 200, body: { status, label, score, oneOf, advice } };
  } catch (error) {
    if (!DocclfError.is(error)) throw error;
    if (error.code === 'ABORTED') return { code: 503, body: { code: error.code } };
    // A picture's fault is the client's. Anything else is ours, and is no business of theirs.
    if (!error.code.startsWith('IMAGE_')) throw error;
    return { code: error.code === 'IMAGE_TOO_MANY_BYTES' ? 413 : 422, body: error };
  }
}

/** Ends well: what is under way is answered, the gallery is let go of. */
export function closeOnSignal(closeServer) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      await closeServer();
      await classifier.close();
    });
  }
}
