/** One call for the usual case: the default model, a gallery in memory or in a store. */
import {
  type Classifier,
  type ClassifierOptions,
  createClassifier,
  type EmbeddingSpace,
  type Gallery,
  spaceOf,
} from '@docclf/core';
import { createMemoryStore, type GalleryStore, openGallery } from '@docclf/gallery';
import { createWebEmbedder, type WebEmbedder, type WebEmbedderOptions } from './runtime.ts';
import type { ImageSource } from './source.ts';

export interface DocClassifierOptions
  extends WebEmbedderOptions,
    Omit<ClassifierOptions<ImageSource>, 'embedder' | 'gallery'> {
  /** Where references live: a store, or an open gallery. Default: in memory, gone when the page is left. */
  readonly gallery?: GalleryStore | Gallery | undefined;
}

/** A classifier whose embedder tells what it runs on: `classifier.embedder.status()`. */
export interface WebClassifier extends Classifier<ImageSource> {
  readonly embedder: WebEmbedder;
}

/**
 * A classifier that is ready to register and classify images, in a worker.
 *
 * @example
 * const classifier = await createDocClassifier();
 * await classifier.register(fileInput.files[0], { label: 'insurance/acme/claim-form' });
 * const { label, score } = await classifier.classify(video);
 *
 * @throws MODEL_*, PIXELS_ALTERED, RUNTIME_FAILED, GALLERY_*, THRESHOLD_UNAVAILABLE, INVALID_ARGUMENT, ABORTED
 */
export async function createDocClassifier(options: DocClassifierOptions = {}): Promise<WebClassifier> {
  const embedder = await createWebEmbedder(options);
  try {
    const gallery = await galleryOf(options.gallery, spaceOf(embedder.manifest));
    // One image being decoded while another is in the network: there is one worker.
    const concurrency = options.concurrency ?? 2;
    return { ...createClassifier({ ...options, embedder, gallery, concurrency }), embedder };
  } catch (error) {
    await embedder.close();
    throw error;
  }
}

async function galleryOf(gallery: DocClassifierOptions['gallery'], space: EmbeddingSpace): Promise<Gallery> {
  if (gallery === undefined) return openGallery(createMemoryStore(), space);
  return 'contract' in gallery ? openGallery(gallery, space) : gallery;
}
