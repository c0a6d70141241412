/** Damaged pictures of every format, in every way in which a picture is handed over. */
import { Readable } from 'node:stream';
import { type Classifier, type ImageSource, pagesOf } from '@docclf/node';
import { drawPage } from '../support.ts';
import { longWalk } from './long-walks.ts';
import { damaged, type Random } from './random.ts';

async function pictures(): Promise<Buffer[]> {
  const page = () => drawPage(3);
  const small = () => drawPage(4).resize(64, 90);
  return Promise.all(
    [
      ...[page().jpeg(), page().jpeg({ progressive: true }), small().jpeg({ chromaSubsampling: '4:4:4' })],
      ...[page().png(), small().png({ progressive: true }), small().png({ palette: true })],
      ...[page().webp(), small().webp({ lossless: true }), small().ensureAlpha(0.5).webp()],
      ...[small().gif(), small().avif({ effort: 0 })],
      ...(['none', 'lzw', 'deflate', 'packbits', 'jpeg'] as const).map((compression) =>
        small().tiff({ compression }),
      ),
      ...[small().tiff({ tile: true, compression: 'lzw' }), small().tiff({ bigtiff: true })],
    ].map((picture) => picture.toBuffer()),
  );
}

const foreign = [
  '%PDF-1.7',
  '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '\x1f\x8b',
  'PK\x03\x04',
  'BM',
  '8BPS',
  '',
];

export async function imageTarget(classifier: Classifier<ImageSource>) {
  const sound = await pictures();
  const all = [...sound, ...foreign.map((text) => Buffer.from(text, 'latin1'))];
  return async (random: Random): Promise<unknown> => {
    const bytes = random.below(20) === 0 ? longWalk(sound, random) : damaged(random.pick(sound), all, random);
    switch (random.below(6)) {
      case 0:
        return classifier.classify(Readable.from([bytes]));
      case 1:
        return classifier.classify({ source: bytes, page: random.below(3) });
      case 2:
        return pagesOf(bytes);
      case 3:
        return classifier.embedder.embed([bytes], { asReference: true, thumbnail: true });
      default:
        return classifier.classify(bytes);
    }
  };
}
