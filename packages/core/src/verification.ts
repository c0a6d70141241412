/** Is an image of this label? Its views are compared with the label's references, and with those of no label. */
import type { Classifier, Verification, VerifyOptions } from './classifier-contract.ts';
import { askedOf, verifyOptions } from './classifier-options.ts';
import { decide } from './decide.ts';
import { embedOne } from './embedder.ts';
import { DocclfError } from './errors.ts';
import { negativeLabel, parseLabel } from './labels.ts';
import { checkOptions } from './options.ts';
import type { RecognitionParts } from './recognition.ts';
import { bestView, probeVariations, withNegative } from './views.ts';

export function createVerification<Source>(
  parts: Omit<RecognitionParts<Source>, 'onClassified'>,
): Pick<Classifier<Source>, 'verify'> {
  const { embedder, gallery, defaults, points, lifetime } = parts;
  const { id: modelId } = embedder.manifest;

  async function verify(source: Source, text: string, options: VerifyOptions): Promise<Verification> {
    const { signal } = options;
    const label = parseLabel(text);
    const { threshold: asked, rotations, locate } = askedOf(options, defaults, points);
    const variations = probeVariations(rotations);
    const { views } = await embedOne(embedder, source, { signal, locate, variations });
    const asking = points.standing();
    const searches = views.map(async ({ vector }) => {
      const [own, negative, standing] = await Promise.all([
        gallery.nearest(vector, 1, { within: label, signal }),
        gallery.nearest(vector, 1, { within: negativeLabel, signal }),
        asking,
      ]);
      if (own.length === 0) throw new DocclfError('LABEL_NOT_FOUND', { label });
      const matches = [...own, ...negative];
      const met = { vector, matches, standing, within: [label], views: views.length, signal };
      return { ...(await points.at(asked, met)), matches };
    });
    const searched = await Promise.all(searches);
    const { matches, threshold, evalue } = bestView(searched);
    const match = matches[0]!;
    const { status, reason } = decide(withNegative(matches, searched), threshold);
    return {
      accepted: status === 'accepted',
      label: match.label,
      score: match.score,
      evalue,
      threshold,
      referenceId: match.id,
      reason: reason as Verification['reason'],
      modelId,
    };
  }

  return {
    verify: (source, label, options) =>
      lifetime.run(async () => verify(source, label, checkOptions('verify', options, verifyOptions))),
  };
}
