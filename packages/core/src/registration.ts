/** From an image to a reference: embedded, looked at by the lint, stored. */
import type {
  Classifier,
  ClassifierOptions,
  Outcome,
  ReferenceMeaning,
  RegisterItem,
  RegisterOptions,
  Registration,
  StreamOptions,
} from './classifier-contract.ts';
import { checkLocate, type Defaults } from './classifier-options.ts';
import { type Embedding, embedOne } from './embedder.ts';
import { DocclfError, describe } from './errors.ts';
import type { AddOptions, Match, NewReference, Reference } from './gallery.ts';
import { negativeLabel, parseLabel } from './labels.ts';
import type { Lifetime } from './lifetime.ts';
import type { LintWarning } from './lint/warnings.ts';
import { qualityKey } from './metadata.ts';
import type { OperatingPoints } from './operating-point.ts';
import { outcome } from './outcome.ts';
import type { Signal } from './platform.ts';
import { stateAttachment, stateToBytes } from './states.ts';
import { type AnyIterable, mapConcurrentBatches } from './streams.ts';
import { quarterTurns } from './variations.ts';

// A write costs the same for one reference as for a few; more would lose too much when one write fails.
const maximumWriteBatch = 32;

export interface RegistrationParts<Source>
  extends Pick<ClassifierOptions<Source>, 'embedder' | 'gallery' | 'lint' | 'thumbnails'> {
  readonly defaults: Defaults;
  readonly points: OperatingPoints;
  readonly lifetime: Lifetime;
}

type Embedded = readonly [NewReference, Embedding];
type Checked = Pick<Registration, 'quality' | 'warnings'> & { readonly reference: NewReference };

export function createRegistration<Source>(
  parts: RegistrationParts<Source>,
): Pick<Classifier<Source>, 'register' | 'registerMany'> {
  const { embedder, gallery, lint, thumbnails = false, defaults, points, lifetime } = parts;

  async function register(source: Source, item: RegisterOptions): Promise<Registration> {
    const embedded = await embedReference(source, item);
    const warnings = await check(embedded, [], item.signal);
    const [reference, { quality }] = embedded;
    const [stored] = await gallery.add([reference], { existing: item.existing, signal: item.signal });
    return { reference: stored!, quality, warnings: notAbout(stored!, warnings) };
  }

  async function* registerMany(
    items: AnyIterable<RegisterItem<Source>>,
    stream: StreamOptions & AddOptions = {},
  ): AsyncGenerator<Outcome<Source, Registration>, void, void> {
    const { signal, existing } = stream;
    // Writes are not given the signal: what was written must be told.
    const add = (references: readonly NewReference[]) =>
      lifetime.run(() => gallery.add(references, { existing }));
    const embed = (item: RegisterItem<Source>, index: number): Promise<Outcome<Source, Embedded>> =>
      outcome(index, item.source, () => lifetime.run(() => embedReference(item.source, { ...item, signal })));
    for await (const batch of mapConcurrentBatches(
      items,
      stream.concurrency ?? defaults.concurrency,
      maximumWriteBatch,
      embed,
      signal,
    )) {
      const checked = await checkAll(batch);
      const good = checked.flatMap((item) => (item.ok ? [item.result.reference] : []));
      // All or nothing: when the batch is refused, one of it is to blame and the others are added singly.
      const stored = await add(good).catch(() => undefined);
      let next = 0;
      for (const item of checked) {
        if (!item.ok) {
          yield item;
          continue;
        }
        const position = next++;
        const { reference: wanted, quality, warnings } = item.result;
        yield await outcome(item.index, item.source, async () => {
          const reference = stored ? stored[position]! : (await add([wanted]))[0]!;
          return { reference, quality, warnings: notAbout(reference, warnings) };
        });
      }
    }
  }

  async function embedReference(source: Source, item: RegisterOptions): Promise<Embedded> {
    // Before the costly part, and so that a bad label is reported as such for a bad image too.
    const label = labelToStore(item);
    const { locate = defaults.locate } = item;
    const embedding = await embedOne(embedder, source, {
      signal: item.signal,
      asReference: true,
      // Only the lint reads it, and it costs more than the network.
      quality: lint !== undefined,
      thumbnail: item.thumbnail ?? thumbnails,
      locate: checkLocate(locate),
      // Nothing but the lint asks how a reference lies.
      variations: lint && defaults.rotations ? { whole: quarterTurns, cut: quarterTurns } : undefined,
    });
    const { quality } = embedding;
    const metadata = lint && quality ? { ...item.metadata, [qualityKey]: { ...quality } } : item.metadata;
    const { state } = embedder.manifest;
    const attachments = {
      ...(embedding.thumbnail && { thumbnail: embedding.thumbnail }),
      ...(state &&
        embedding.state &&
        gallery.keepsAttachments !== false && { [stateAttachment(state)]: stateToBytes(embedding.state) }),
    };
    const reference: NewReference = {
      label,
      vector: embedding.vector,
      sourceHash: embedding.sourceHash ?? null,
      ...(item.id !== undefined && { id: item.id }),
      ...(metadata && { metadata }),
      ...(Object.keys(attachments).length > 0 && { attachments }),
    };
    return [reference, embedding];
  }

  /** Before it is added, and after the `earlier` ones of its batch, which the gallery does not have yet. */
  async function check(
    [reference, embedding]: Embedded,
    earlier: readonly NewReference[],
    signal?: Signal,
  ): Promise<readonly LintWarning[]> {
    if (!lint) return [];
    const reached = async (vector: Float32Array, match: Match) => {
      const { threshold } = await points.at(defaults.threshold, { vector, matches: [match], signal });
      return match.score >= threshold.value ? threshold.value : undefined;
    };
    const { quality, vector, views } = embedding;
    const registered = views.find((view) => view.vector === vector);
    // Turns of the part that is registered, and of no other.
    const turned = views.filter((view) => view.angle !== 0 && view.corners === registered?.corners);
    return lint({ reference, quality, turned, earlier, gallery, reached, signal });
  }

  async function checkAll(batch: readonly Outcome<Source, Embedded>[]): Promise<Outcome<Source, Checked>[]> {
    const earlier: NewReference[] = [];
    const checked: Outcome<Source, Checked>[] = [];
    for (const item of batch) {
      if (!item.ok) {
        checked.push(item);
        continue;
      }
      const [reference, { quality }] = item.result;
      const look = () => lifetime.run(() => check(item.result, earlier));
      const done = await outcome(item.index, item.source, async () => ({
        reference,
        quality,
        warnings: await look(),
      }));
      if (done.ok) earlier.push(reference);
      checked.push(done);
    }
    return checked;
  }

  return { register: (source, item) => lifetime.run(() => register(source, item)), registerMany };
}

/** What a reference replaced is no warning about it. */
function notAbout({ id }: Reference, warnings: readonly LintWarning[]): readonly LintWarning[] {
  return warnings.filter((warning) => !('other' in warning && warning.other.id === id));
}

function labelToStore({ label, unknown }: ReferenceMeaning): string {
  if (unknown !== true) return parseLabel(label as string);
  if (label === undefined) return negativeLabel;
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: 'label',
    expected: 'none beside unknown: true',
    received: describe(label),
  });
}
