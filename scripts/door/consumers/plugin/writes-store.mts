// A plugin: the contract and the suite, without the types of any platform.
import { createClassifier, createEmbedder, type Embedder, type Gallery } from '@docclf/core';
import { evaluateVectors } from '@docclf/core/evaluation';
import { createMemorySession, type GalleryStore, memoryCapabilities, openGallery } from '@docclf/gallery';
import { galleryConformance } from '@docclf/gallery/conformance';
import { copyGallery } from '@docclf/gallery/copy';
import { decodeSnapshot, exportGallery } from '@docclf/gallery/snapshot';

export function createStore(): GalleryStore {
  return {
    contract: 2,
    name: 'mine',
    capabilities: memoryCapabilities,
    open: async (space) => createMemorySession(space),
  };
}

export async function use(embedder: Embedder<string>, gallery: Gallery): Promise<string | null> {
  const classifier = createClassifier({ embedder, gallery });
  return (await classifier.classify('image')).label;
}

export {
  copyGallery,
  createEmbedder,
  decodeSnapshot,
  evaluateVectors,
  exportGallery,
  galleryConformance,
  openGallery,
};
