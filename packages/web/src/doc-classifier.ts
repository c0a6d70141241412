/** One call for the usual case: the default model, a gallery in memory or in a store. */
import {
  type Classifier,
  type ClassifierOptions,
  createClassifier,
  type EmbeddingSpace,
  type Gallery,
  spaceOf,
} from '@docclf/core';
import { checkOptions, classifierOptions, type OptionTable, only, onRequest } from '@docclf/core/implementer';
import { createSecondLook } from '@docclf/core/second-look';
import { geometry } from '@docclf/features';
import { createMemoryStore, type GalleryStore, openGallery } from '@docclf/gallery';
import { createWebEmbedder, embedderOptions, type WebEmbedder, type WebEmbedderOptions } from './runtime.ts';
import type { ImageSource } from './source.ts';

export interface DocClassifierOptions
  extends WebEmbedderOptions,
    Omit<ClassifierOptions<ImageSource>, 'embedder' | 'gallery' | 'secondLook'> {
  /** Where references live: a store, or an open gallery. Default: in memory, gone when the page is left. */
  readonly gallery?: GalleryStore | Gallery | undefined;
  /**
   * Compare the pixels of a probe whose first answer is in doubt with those of the best few references, point by point:
   * `true` gives local features to what is registered (up to 9 kB each) and looks again, `'auto'` looks again at references
   * that have them, `false` never. Default true. `docclf gallery migrate` gives them to what is registered without.
   */
  readonly secondLook?: boolean | 'auto' | undefined;
}

const { embedder: _, ...optionsOfClassifier } = classifierOptions;
const docClassifierOptions: OptionTable<DocClassifierOptions> = {
  ...optionsOfClassifier,
  ...embedderOptions,
  secondLook: onRequest,
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
    const own = only<ClassifierOptions<ImageSource>>(
      { ...options, embedder, gallery, secondLook: secondLookOf(options) },
      classifierOptions,
    );
    return { ...createClassifier({ ...own, concurrency }), embedder };
  } catch (error) {
    await embedder.close();
    throw error;
  }
}

function secondLookOf({ secondLook = true }: DocClassifierOptions) {
  if (secondLook === false) return undefined;
  return createSecondLook(geometry, { registers: secondLook === true });
}

async function galleryOf(gallery: DocClassifierOptions['gallery'], space: EmbeddingSpace): Promise<Gallery> {
  if (gallery === undefined) return openGallery(createMemoryStore(), space);
  // What is neither store nor gallery, the classifier refuses.
  const isStore = typeof gallery === 'object' && gallery !== null && 'contract' in gallery;
  return isStore ? openGallery(gallery, space) : gallery;
}
