/** From a source that has been read to what an embedder takes, of each document in it. */
import type { Found } from './localiser.ts';
import { adviceFor } from './located.ts';
import { quadsToCut } from './parts.ts';
import { createCutter, decodedSide, type PreparedParts } from './prepare.ts';
import {
  describe,
  type ImageMeans,
  type PreparedPicture,
  type PrepareImageOptions,
} from './prepare-image.ts';
import { locateAll } from './several.ts';

/**
 * Where one document is found, or none, or nobody shall look: what `prepareImage` makes. Else what is cut out by each.
 *
 * @throws as `prepareImage`
 */
export async function prepareSeveral(
  means: ImageMeans,
  options: PrepareImageOptions,
): Promise<readonly PreparedPicture[]> {
  const { spec, locate, localiser } = options;
  const { image, ...size } = await means.decode(decodedSide(spec, locate));
  const cutter = createCutter(image, { spec, size });
  const partsOf = async () => {
    if (locate !== 'auto' && locate !== false) return [cutter.given(locate)];
    if (locate === false || localiser === undefined) return [cutter.asItIs()];
    const documents = await locateAll(localiser, image, { size });
    const [only] = documents;
    if (only === undefined) return [{ ...cutter.asItIs(), advice: adviceFor(undefined, size) }];
    if (documents.length === 1) return [cutter.found(only)];
    return documents.flatMap(({ quads }) => oneOfSeveral(quads));
  };

  // The whole picture shows the others too.
  function oneOfSeveral(quads: Found['quads']): readonly PreparedParts[] {
    const usable = quadsToCut(quads).filter(cutter.canCut);
    const [first, ...others] = usable.map((corners) => cutter.cut(corners, 'located'));
    return first ? [cutter.prepared([first, ...others], 0, adviceFor(usable[0], size))] : [];
  }

  return Promise.all((await partsOf()).map((parts) => describe(means, options, { image, size, parts })));
}
