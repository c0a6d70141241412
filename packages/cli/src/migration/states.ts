/** State vectors of references, as a migration sees them. */
import {
  type Reference,
  type StateModel,
  stateAttachment,
  stateOfAttachments,
  stateToBytes,
} from '@docclf/core';
import type { StoreGallery } from '@docclf/gallery';

/** Whether a model that tells states would find references without theirs. */
export async function lacksStates(gallery: StoreGallery, model: StateModel | undefined): Promise<boolean> {
  if (model === undefined || !gallery.store.capabilities.attachments) return false;
  for await (const reference of gallery.references()) if (!hasState(reference, model)) return true;
  return false;
}

/** Whether it has the state vector of this model. */
export function hasState({ attachments }: Reference, model: StateModel | undefined): boolean {
  return model !== undefined && stateOfAttachments(attachments, model) !== undefined;
}

/** The attachments with the state of this model, and of no other. */
export function withState(
  attachments: Reference['attachments'],
  state: Float32Array | undefined,
  model: StateModel | undefined,
): Reference['attachments'] {
  const others = Object.entries(attachments).filter(([name]) => !name.startsWith('state@'));
  return {
    ...Object.fromEntries(others),
    ...(state && model && { [stateAttachment(model)]: stateToBytes(state) }),
  };
}
