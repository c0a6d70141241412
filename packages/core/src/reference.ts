/** From an image to a reference that is not stored yet. */
import type { ClassifierOptions, ReferenceMeaning, RegisterOptions } from './classifier-contract.ts';
import type { Defaults } from './classifier-options.ts';
import { type Embedding, embedOne } from './embedder.ts';
import { DocclfError, describe } from './errors.ts';
import type { NewReference } from './gallery.ts';
import { negativeLabel, parseLabel } from './labels.ts';
import { qualityKey } from './metadata.ts';
import { stateAttachment, stateToBytes } from './states.ts';
import { quarterTurns } from './variations.ts';

export type Embedded = readonly [NewReference, Embedding];

export interface ReferenceParts<Source>
  extends Pick<ClassifierOptions<Source>, 'embedder' | 'gallery' | 'lint' | 'thumbnails' | 'secondLook'> {
  readonly defaults: Defaults;
}

export async function embedReference<Source>(
  { embedder, gallery, lint, thumbnails = false, secondLook, defaults }: ReferenceParts<Source>,
  source: Source,
  item: RegisterOptions,
): Promise<Embedded> {
  // Before the costly part, and so that a bad label is reported as such for a bad image too.
  const label = labelToStore(item);
  const { locate = defaults.locate } = item;
  const keeps = gallery.keepsAttachments !== false;
  const embedding = await embedOne(embedder, source, {
    signal: item.signal,
    asReference: true,
    // Only the lint reads it, and it costs more than the network.
    quality: lint !== undefined,
    thumbnail: item.thumbnail ?? thumbnails,
    locate,
    ...(secondLook?.registers && keeps && { features: true }),
    // Nothing but the lint asks how a reference lies.
    variations: lint && defaults.rotations ? { whole: quarterTurns, cut: quarterTurns } : undefined,
  });
  const { quality } = embedding;
  const metadata = lint && quality ? { ...item.metadata, [qualityKey]: { ...quality } } : item.metadata;
  const { state } = embedder.manifest;
  // By name, as stores give them back: a gallery file that went through one is the same, byte for byte.
  const attachments = {
    ...(secondLook && embedding.features && { [secondLook.attachment]: embedding.features }),
    ...(state && embedding.state && keeps && { [stateAttachment(state)]: stateToBytes(embedding.state) }),
    ...(embedding.thumbnail && { thumbnail: embedding.thumbnail }),
  };
  const reference: NewReference = {
    label,
    vector: embedding.vector,
    sourceHash: embedding.sourceHash ?? null,
    ...(item.id !== undefined && { id: item.id }),
    ...(metadata && { metadata }),
    ...(Object.keys(attachments).length > 0 && { attachments }),
  };
  return [reference, embedding];
}

function labelToStore({ label, unknown }: ReferenceMeaning): string {
  if (unknown !== true) return parseLabel(label as string);
  if (label === undefined) return negativeLabel;
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: 'label',
    expected: 'none beside unknown: true',
    received: describe(label),
  });
}
