/** Which document is this? Registration fills a gallery, recognition answers from it. */
import type { Classifier, ClassifierOptions } from './classifier-contract.ts';
import { classifierOptions, defaultsOf } from './classifier-options.ts';
import { DocclfError, describe } from './errors.ts';
import { createLifetime } from './lifetime.ts';
import { assertSameSpace, spaceOf } from './manifest.ts';
import { createOperatingPoints } from './operating-point.ts';
import { checkOptions } from './options.ts';
import { disposal } from './platform.ts';
import { createRecognition } from './recognition.ts';
import { createRegistration } from './registration.ts';
import { createVerification } from './verification.ts';

/**
 * A classifier over any embedder and any gallery.
 *
 * @throws GALLERY_SPACE_MISMATCH, THRESHOLD_UNAVAILABLE, INVALID_ARGUMENT
 */
export function createClassifier<Source>(options: ClassifierOptions<Source>): Classifier<Source> {
  const { embedder, gallery } = checkOptions('createClassifier', options, classifierOptions);
  assertIs('embedder', embedder, 'embed', 'an embedder, as of createNodeEmbedder');
  assertIs('gallery', gallery, 'nearest', 'an open gallery, as of openGallery');
  const { manifest } = embedder;
  assertSameSpace(gallery.space, spaceOf(manifest));
  const points = createOperatingPoints(gallery, embedder);
  const defaults = defaultsOf(options, points);
  const lifetime = createLifetime('classifier', async () => {
    try {
      await gallery.close();
    } finally {
      await embedder.close();
    }
  });
  return {
    embedder,
    gallery,
    ...createRegistration({ ...options, defaults, points, lifetime }),
    ...createRecognition({ ...options, defaults, points, lifetime }),
    ...createVerification({ ...options, defaults, points, lifetime }),
    rename: (from, to, renameOptions) => gallery.rename(from, to, renameOptions),
    remove: (selection) => gallery.remove(selection),
    labels: () => gallery.labels(),
    references: (within) => gallery.references(within),
    close: lifetime.close,
    ...disposal(lifetime.close),
  };
}

/** Known by one of its methods: what is none would fail with the first image. */
function assertIs(argument: string, value: object | undefined, method: string, expected: string): void {
  if (typeof (value as { [name: string]: unknown } | undefined)?.[method] === 'function') return;
  throw new DocclfError('INVALID_ARGUMENT', { argument, expected, received: describe(value) });
}
