/** What a reference keeps of its picture beside its vector, as a migration sees it: its state map, and local features. */
import {
  type Embedding,
  type Reference,
  type StateModel,
  stateAttachment,
  stateOfAttachments,
  stateToBytes,
} from '@docclf/core';
import type { StoreGallery } from '@docclf/gallery';
import { featuresAttachment } from '@docclf/node';

/** What references are to have. */
export interface Companions {
  /** Undefined for a model that tells no states. */
  readonly model: StateModel | undefined;
  /** Whether they are to have local features too. */
  readonly features: boolean;
}

/** Whether the gallery has references without what they are to have, and could keep it. */
export async function lacksCompanions(gallery: StoreGallery, wanted: Companions): Promise<boolean> {
  if (!gallery.store.capabilities.attachments) return false;
  for await (const reference of gallery.references()) if (!hasCompanions(reference, wanted)) return true;
  return false;
}

export function hasCompanions({ attachments }: Reference, { model, features }: Companions): boolean {
  const hasState = model === undefined || stateOfAttachments(attachments, model) !== undefined;
  return hasState && (!features || attachments[featuresAttachment] !== undefined);
}

/** The attachments with the state and the features of this embedding; states of other models, and other features, go. */
export function withCompanions(
  attachments: Reference['attachments'],
  { state, features }: Pick<Embedding, 'state' | 'features'>,
  wanted: Companions,
): Reference['attachments'] {
  const kept = Object.entries(attachments).filter(
    ([name]) => !name.startsWith('state@') && !(features && name.startsWith('features@')),
  );
  const made = [
    ...(features ? [[featuresAttachment, features] as const] : []),
    ...(state && wanted.model ? [[stateAttachment(wanted.model), stateToBytes(state)] as const] : []),
  ];
  // By name, as stores give them back.
  return Object.fromEntries([...kept, ...made].sort(([a], [b]) => (a < b ? -1 : 1)));
}
