/** One call for the usual case: the default model, a gallery in memory or in a file. */
import { availableParallelism } from 'node:os';
import {
  type Classifier,
  type ClassifierOptions,
  createClassifier,
  DocclfError,
  type Gallery,
  spaceOf,
} from '@docclf/core';
import {
  checkOptions,
  classifierOptions,
  describe,
  flag,
  type OptionTable,
  only,
  onRequest,
} from '@docclf/core/implementer';
import { lintRegistration } from '@docclf/core/lint';
import { createSecondLook } from '@docclf/core/second-look';
import { geometry } from '@docclf/features';
import { createMemoryStore, type GalleryStore, openGallery, parseAddress } from '@docclf/gallery';
import { createFileStore } from './file-store.ts';
import { createNodeEmbedder, embedderOptions, type NodeEmbedderOptions } from './runtime.ts';
import type { ImageSource } from './source.ts';

export interface DocClassifierOptions
  extends NodeEmbedderOptions,
    Omit<ClassifierOptions<ImageSource>, 'embedder' | 'gallery' | 'lint' | 'secondLook'> {
  /**
   * Where references live: the path of a gallery file (made when missing), a store, or an open gallery.
   * Default: in memory, gone when the process ends.
   */
  readonly gallery?: string | GalleryStore | Gallery | undefined;
  /** Images under way at once in `registerMany` and `classifyMany`. Default: one more than there are cores. */
  readonly concurrency?: number | undefined;
  /** Look at each image that is registered, and warn in the result. Default true. */
  readonly lint?: boolean | undefined;
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
  lint: flag,
  secondLook: onRequest,
};

/**
 * A classifier that is ready to register and classify images.
 *
 * @example
 * const classifier = await createDocClassifier({ gallery: 'documents.docclf' });
 * await classifier.register('claim-form.jpg', { label: 'insurance/acme/claim-form' });
 * const { label, score } = await classifier.classify('photo.jpg');
 *
 * @throws MODEL_*, GALLERY_*, THRESHOLD_UNAVAILABLE, INVALID_ARGUMENT
 */
export async function createDocClassifier(given?: DocClassifierOptions): Promise<Classifier<ImageSource>> {
  const options = checkOptions('createDocClassifier', given, docClassifierOptions);
  const embedder = await createNodeEmbedder(only(options, embedderOptions));
  try {
    const gallery = await galleryOf(options.gallery, spaceOf(embedder.manifest));
    // Decoding runs on other threads: as many as there are cores, and one image being prepared for them.
    const concurrency = options.concurrency ?? availableParallelism() + 1;
    const lint = options.lint === false ? undefined : lintRegistration;
    const own = only<ClassifierOptions<ImageSource>>(
      { ...options, embedder, gallery, lint, secondLook: secondLookOf(options) },
      classifierOptions,
    );
    return createClassifier({ ...own, concurrency });
  } catch (error) {
    await embedder.close();
    throw error;
  }
}

function secondLookOf({ secondLook = true }: DocClassifierOptions) {
  if (secondLook === false) return undefined;
  return createSecondLook(geometry, { registers: secondLook === true });
}

async function galleryOf(
  gallery: DocClassifierOptions['gallery'],
  space: ReturnType<typeof spaceOf>,
): Promise<Gallery> {
  if (gallery === undefined) return openGallery(createMemoryStore(), space);
  if (typeof gallery === 'string') return openGallery(fileStoreOf(gallery), space);
  return isStore(gallery) ? openGallery(gallery, space) : gallery;
}

/** What is neither store nor gallery, the classifier refuses. */
function isStore(gallery: GalleryStore | Gallery): gallery is GalleryStore {
  return typeof gallery === 'object' && gallery !== null && 'contract' in gallery;
}

/** The same text means the same gallery on the command line: what is no gallery file there is none here. */
function fileStoreOf(address: string): GalleryStore {
  const { isFile, package: name } = parseAddress(address);
  if (name === '@docclf/node') return createFileStore(address);
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: 'gallery',
    expected: `the path of a gallery file or a store, which ${name} makes of this address`,
    received: isFile ? describe(address) : 'the address of a server',
  });
}
