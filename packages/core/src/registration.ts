/** From an image to a reference: embedded, looked at by the lint, stored. */
import { addEach, createRest } from './bulk-writes.ts';
import type {
  Classifier,
  ClassifierOptions,
  Outcome,
  RegisterItem,
  RegisterOptions,
  Registration,
  StreamOptions,
} from './classifier-contract.ts';
import {
  addOptions,
  type Defaults,
  referenceOptions,
  registerOptions,
  streamOptions,
} from './classifier-options.ts';
import type { AddOptions, Match, NewReference, Reference } from './gallery.ts';
import type { Lifetime } from './lifetime.ts';
import type { LintWarning } from './lint/warnings.ts';
import type { OperatingPoints } from './operating-point.ts';
import { anything, checkOptions } from './options.ts';
import { outcome } from './outcome.ts';
import type { Signal } from './platform.ts';
import { type Embedded, embedReference } from './reference.ts';
import { type AnyIterable, mapConcurrentBatches } from './streams.ts';

/** References in one write at most: about 1 MB of vectors. */
const maximumWriteBatch = 512;

/** Writing may take a quarter of the time: a write of a large gallery file waits for more to write, one of a database hardly. */
const restAfterWrites = 3;

export interface RegistrationParts<Source>
  extends Pick<ClassifierOptions<Source>, 'embedder' | 'gallery' | 'lint' | 'thumbnails' | 'secondLook'> {
  readonly defaults: Defaults;
  readonly points: OperatingPoints;
  readonly lifetime: Lifetime;
}

type Checked = Pick<Registration, 'quality' | 'warnings'> & { readonly reference: NewReference };

export function createRegistration<Source>(
  parts: RegistrationParts<Source>,
): Pick<Classifier<Source>, 'register' | 'registerMany'> {
  const { gallery, defaults, lifetime } = parts;
  const { check, checkAll } = createInspection(parts);

  async function register(source: Source, item: RegisterOptions): Promise<Registration> {
    const embedded = await embedReference(parts, source, item);
    const warnings = await check(embedded, [], item.signal);
    const [reference, { quality }] = embedded;
    const [stored] = await gallery.add([reference], { existing: item.existing, signal: item.signal });
    return { reference: stored!, quality, warnings: notAbout(stored!, warnings) };
  }

  async function* registerMany(
    items: AnyIterable<RegisterItem<Source>>,
    options?: StreamOptions & AddOptions,
  ): AsyncGenerator<Outcome<Source, Registration>, void, void> {
    const stream = checkOptions('registerMany', options, { ...streamOptions, ...addOptions });
    const { signal, existing } = stream;
    // Writes are not given the signal: what was written must be told.
    const add = (references: readonly NewReference[]) =>
      lifetime.run(() => gallery.add(references, { existing }));
    const embed = (item: RegisterItem<Source>, index: number): Promise<Outcome<Source, Embedded>> =>
      outcome(index, item?.source, () =>
        lifetime.run(() => {
          const { source, ...reference } = itemOf(item);
          return embedReference(parts, source, { ...reference, signal } as RegisterOptions);
        }),
      );
    const rest = createRest(restAfterWrites);
    for await (const batch of mapConcurrentBatches(
      items,
      stream.concurrency ?? defaults.concurrency,
      { maximum: maximumWriteBatch, dueIn: rest.left },
      embed,
      signal,
    )) {
      const checked = await checkAll(batch);
      const good = checked.flatMap((item) => (item.ok ? [item.result.reference] : []));
      const stored = await rest.after(() => addEach(good, add));
      let next = 0;
      for (const item of checked) {
        if (!item.ok) {
          yield item;
          continue;
        }
        const written = stored[next++]!;
        const { quality, warnings } = item.result;
        yield await outcome(item.index, item.source, async () => {
          if ('error' in written) throw written.error;
          const { reference } = written;
          return { reference, quality, warnings: notAbout(reference, warnings) };
        });
      }
    }
  }

  return {
    register: (source, item) =>
      lifetime.run(async () => register(source, checkOptions('register', item, registerOptions))),
    registerMany,
  };
}

/** @throws INVALID_ARGUMENT */
function itemOf<Source>(item: RegisterItem<Source>): RegisterItem<Source> {
  return checkOptions<RegisterItem<Source>>('an item of registerMany', item ?? null, {
    source: anything,
    ...referenceOptions,
  });
}

/** The lint's look at references before they are added. */
function createInspection<Source>({ gallery, lint, points, defaults, lifetime }: RegistrationParts<Source>) {
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

  return { check, checkAll };
}

/** What a reference replaced is no warning about it. */
function notAbout({ id }: Reference, warnings: readonly LintWarning[]): readonly LintWarning[] {
  return warnings.filter((warning) => !('other' in warning && warning.other.id === id));
}
