/** One call for the usual case: the default model, a gallery in memory or in a store. */
import {
  type Classifier,
  type ClassifierOptions,
  createClassifier,
  type EmbeddingSpace,
  type Gallery,
  spaceOf,
} from '@docclf/core';
import { checkOptions, classifierOptions, type OptionTable, only } from '@docclf/core/implementer';
import { createMemoryStore, type GalleryStore, openGallery } from '@docclf/gallery';
import { createWebEmbedder, embedderOptions, type WebEmbedder, type WebEmbedderOptions } from './runtime.ts';
import type { ImageSource } from './source.ts';

export interface DocClassifierOptions
  extends WebEmbedderOptions,
    Omit<ClassifierOptions<ImageSource>, 'embedder' | 'gallery'> {
  /** Where references live: a store, or an open gallery. Default: in memory, gone when the page is left. */
  readonly gallery?: GalleryStore | Gallery | undefined;
}

const { embedder: _, ...optionsOfClassifier } = classifierOptions;
const docClassifierOptions: OptionTable<DocClassifierOptions> = {
  ...optionsOfClassifier,
  ...embedderOptions,
};

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
export async function createDocClassifier(given?: DocClassifierOptions): Promise<WebClassifier> {
  const options = checkOptions('createDocClassifier', given, docClassifierOptions);
  const embedder = await createWebEmbedder(only(options, embedderOptions));
  try {
    const gallery = await galleryOf(options.gallery, spaceOf(embedder.manifest));
    // One image being decoded while another is in the network: there is one worker.
    const concurrency = options.concurrency ?? 2;
    const own = only<ClassifierOptions<ImageSource>>({ ...options, embedder, gallery }, classifierOptions);
    return { ...createClassifier({ ...own, concurrency }), embedder };
  } catch (error) {
    await embedder.close();
    throw error;
  }
}

async function galleryOf(gallery: DocClassifierOptions['gallery'], space: EmbeddingSpace): Promise<Gallery> {
  if (gallery === undefined) return openGallery(createMemoryStore(), space);
  // What is neither store nor gallery, the classifier refuses.
  const isStore = typeof gallery === 'object' && gallery !== null && 'contract' in gallery;
  return isStore ? openGallery(gallery, space) : gallery;
}
