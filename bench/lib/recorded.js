/** Classification of vectors that are known already: each image is embedded once, and galleries are many. */
import { createSecondLook } from '@docclf/core/second-look';
import { geometry } from '@docclf/features';
import { createClassifier, createMemoryGallery, quarterTurns, spaceOf } from '@docclf/node';

/**
 * @typedef {object} Recorded
 * @property {Float32Array} vector
 * @property {readonly Float32Array[]} [turned] the vectors of its quarter turns
 * @property {readonly import('@docclf/core').View[]} [negatives] its negative, when it is dark enough to be one
 * @property {Uint8Array} [features] points of the whole picture, for a second look
 * @property {readonly import('@docclf/core').View[]} [views] all that a classifier searches it by, when it was located
 */

/**
 * @param {import('@docclf/node').Embedder<any>} embedder
 * @param {readonly any[]} sources
 * @param {{ turned?: boolean, located?: boolean, features?: boolean }} [options] with the quarter turns; with points for a second look; cut out of its picture, as a classifier
 *   does it where it is not told otherwise. Default: each picture as it is
 * @returns {Promise<Recorded[]>}
 */
export async function embedAll(
  embedder,
  sources,
  { turned = false, located = false, features = false } = {},
) {
  const recorded = [];
  const options = located
    ? { locate: 'auto', variations: { cut: quarterTurns } }
    : { locate: false, variations: { negatives: true, ...(turned && { whole: quarterTurns }) } };
  for (let i = 0; i < sources.length; i += 16) {
    const batch = sources.slice(i, i + 16);
    for (const { vector, views, featuresOf } of await embedder.embed(batch, { ...options, features })) {
      const negatives = views.filter(({ inverted }) => inverted);
      const turns = views.filter(({ angle }) => angle !== 0).map((view) => view.vector);
      recorded.push({
        vector,
        ...(located ? { views } : { negatives, ...(turned && { turned: turns }) }),
        ...(features && { features: await featuresOf(null) }),
      });
    }
  }
  return recorded;
}

/** Each pair of pictures once: a probe is asked at several thresholds. */
const compared = new WeakMap();
const secondLook = createSecondLook({
  ...geometry,
  compare(probe, reference) {
    if (!compared.has(probe)) compared.set(probe, new WeakMap());
    const known = compared.get(probe);
    if (!known.has(reference)) known.set(reference, geometry.compare(probe, reference));
    return known.get(reference);
  },
});

/**
 * The classifier as users have it, over an embedder that only looks up; it looks again at what has points.
 *
 * @param {Pick<import('@docclf/node').Embedder<any>, 'manifest' | 'cohort'>} model
 * @param {readonly { label: string, vector: Float32Array, features?: Uint8Array }[]} references
 * @param {object} [options] the classifier's
 */
export async function classifierOver({ manifest, cohort }, references, options = {}) {
  const gallery = await createMemoryGallery(spaceOf(manifest));
  await gallery.add(
    references.map(({ label, vector, features }, i) => ({
      id: `${i}`,
      label,
      vector,
      ...(features && { attachments: { [geometry.attachment]: features } }),
    })),
  );
  /** @type {import('@docclf/node').Embedder<Recorded>} */
  const embedder = {
    manifest,
    cohort,
    embed: async (sources, { variations } = {}) =>
      sources.map(({ vector, turned, negatives = [], views, features }) => ({
        vector,
        views: views ?? [
          { found: 'whole', angle: 0, vector },
          ...(variations?.whole ?? []).map(({ turn }, i) => ({
            found: 'whole',
            angle: turn,
            vector: turned[i],
          })),
          ...(variations?.negatives ? negatives : []),
        ],
        width: 1,
        height: 1,
        ...(features && { featuresOf: async () => features }),
        timings: { prepare: 0, infer: 0 },
      })),
    selfTest: async () => ({ cosine: 1 }),
    close: async () => {},
  };
  return createClassifier({ embedder, gallery, secondLook, ...options });
}

/**
 * What became of a probe of a registered type.
 *
 * @param {import('@docclf/node').Classification} result
 * @param {string} truth
 */
export function outcomeOf({ label, candidates, oneOf }, truth) {
  const first = candidates[0]?.label;
  const rankedFirst = first === truth || (first?.startsWith(`${truth}/`) ?? false);
  const right = label === truth || (label?.startsWith(`${truth}/`) ?? false);
  const parent = label !== null && truth.startsWith(`${label}/`);
  return {
    rankedFirst,
    right,
    parent,
    wrong: label !== null && !right && !parent,
    oneOf: oneOf.length > 0,
    unknown: label === null && oneOf.length === 0,
  };
}
