/** One reference, looked at again. */
import {
  DocclfError,
  type Embedder,
  type Embedding,
  type NewReference,
  type Reference,
  type WithSignal,
} from '@docclf/core';
import { featuresAttachment, type ImageSource } from '@docclf/node';
import { type Companions, hasCompanions, withCompanions } from './companions.ts';

export interface Migration extends WithSignal {
  /** Old and new vectors can be compared: each stays, from whatever picture it was made, unless its document is found now. */
  readonly isSameSpace: boolean;
  /** Of the new gallery. */
  readonly keepsAttachments: boolean;
  readonly wanted: Companions;
  /** Look for the document in each picture again. */
  readonly relocate: boolean;
}

/**
 * @param image the one that was registered, where it is at hand; else its thumbnail stands in
 * @throws REFERENCE_WITHOUT_IMAGE; what the embedder throws
 */
export async function migrated(
  embedder: Embedder<ImageSource>,
  reference: Reference,
  image: ImageSource | undefined,
  { isSameSpace, keepsAttachments, wanted, relocate, signal }: Migration,
): Promise<{
  readonly reference: NewReference;
  readonly way: 'asItWas' | 'fromImages' | 'fromThumbnails';
}> {
  const { attachments } = reference;
  const input = image ?? attachments.thumbnail;
  const isComplete = isSameSpace && (!keepsAttachments || hasCompanions(reference, wanted));
  const asItWas = { reference, way: 'asItWas' } as const;
  // What is complete, or cannot be completed, is taken as it is.
  if (isSameSpace && (input === undefined || (isComplete && !relocate))) return asItWas;
  if (input === undefined) throw new DocclfError('REFERENCE_WITHOUT_IMAGE', reference);
  const [embedding] = await embedder.embed([input], {
    asReference: true,
    quality: false,
    features: wanted.features || (relocate && attachments[featuresAttachment] !== undefined),
    thumbnail: relocate && attachments.thumbnail !== undefined,
    // A thumbnail shows the document, straightened; unless it was registered as the whole photo.
    locate: image || relocate ? 'auto' : false,
    signal,
  });
  const { vector, thumbnail } = embedding!;
  const isCut = relocate && isOfCutOut(embedding!);
  if (isComplete && !isCut) return asItWas;
  return {
    reference: {
      ...reference,
      vector: isSameSpace && !isCut ? reference.vector : vector,
      attachments: {
        ...withCompanions(attachments, embedding!, wanted),
        ...(isCut && thumbnail && { thumbnail }),
      },
    },
    way: image ? 'fromImages' : 'fromThumbnails',
  };
}

/** Whether what would be registered is a document that was cut out of the picture. */
function isOfCutOut({ vector, views }: Embedding): boolean {
  return views.some((view) => view.vector === vector && view.found === 'located');
}
