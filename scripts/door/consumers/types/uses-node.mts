// A program in TypeScript: the answer is a union, sources are what uploads come as, errors have their facts.
import { createDocClassifier, DocclfError, type ImageSource } from '@docclf/node';

export async function labelOf(image: ImageSource): Promise<string | undefined> {
  const classifier = await createDocClassifier({ gallery: 'documents.docclf', threshold: { fpir: 0.01 } });
  try {
    await classifier.register(new Blob([]), { label: 'id/front', existing: 'keep' });
    const result = await classifier.classify(image);
    for await (const outcome of classifier.classifyMany([image])) {
      if (!outcome.ok) console.error(outcome.error.code, outcome.error.message);
    }
    if (result.status !== 'accepted') return undefined;
    const label: string = result.label;
    return label;
  } catch (error) {
    if (DocclfError.is(error, 'LABEL_CONFLICT')) return error.details.existing;
    throw error;
  } finally {
    await classifier.close();
  }
}
