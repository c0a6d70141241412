/** What a gallery knows of the states of one document: the siblings that a state may choose among, and the examples shown for its branch. */
import type { Gallery, LabelCount, Reference } from './gallery.ts';
import { branchStateOf, isWithin, labelAndAncestors, negativeLabel } from './labels.ts';
import type { StateModel } from './model-manifest.ts';
import { middleOf, type StateComparison } from './state-comparison.ts';
import { type StateExample, stateOfAttachments } from './states.ts';
import { cosine, scoreOfCosine } from './vector.ts';

/** A reference, as far as a state is concerned. */
export interface Member {
  readonly id: string;
  readonly label: string;
  readonly vector: Float32Array;
  /** Its state map. Undefined where it was registered before the model had states. */
  readonly map: Float32Array | undefined;
}

/** One that can be told apart by its state. */
export type WithMap = Member & { readonly map: Float32Array };

/** For as long as the gallery's list of labels stays the same. */
export interface Families {
  /**
   * Under what the siblings of a label lie: the topmost of it and its ancestors that has references of its own, so `form`
   * of `form/stained` and of itself; else its parent, so `form` too where there is `form/plain` beside it.
   */
  rootOf(label: string): string;
  /** All references of a label and its sub-labels, at most `mostMembers`: of more the states are not told apart. */
  membersOf(root: string): Promise<readonly Member[]>;
  /** The state vector of a map beside a baseline; of references computed once. */
  vectorOf(map: Float32Array, baseline: Float32Array): Float32Array;
  /** Of several references of one document the middle, computed once. */
  middleOf(members: readonly WithMap[]): Float32Array;
  /** States that were registered for a branch in which this label lies, see `branchStateOf`. */
  examplesFor(label: string): Promise<readonly StateExample[]>;
}

const mostMembers = 500;

/** References that are remembered, some 25 kB each. */
const mostRemembered = 2_000;

/** Middles that are remembered, some 20 kB each. */
const mostMiddles = 200;

export function createFamilies(
  gallery: Gallery,
  {
    labels,
    branchStates,
  }: { readonly labels: readonly LabelCount[]; readonly branchStates: readonly string[] },
  model: StateModel,
  comparison: StateComparison,
): Families {
  const { vectorOf, middle } = rememberVectors(comparison);
  const membersOf = rememberMembers(gallery, model);
  let registered: ReadonlySet<string> | undefined;
  let withSubLabels: ReadonlySet<string> | undefined;
  let examples: Promise<readonly (StateExample & { readonly branch: string | null })[]> | undefined;

  async function readExamples() {
    const found = await Promise.all(
      branchStates.map(async (label) => {
        const { branch, name } = branchStateOf(label)!;
        const shown = await membersOf(label);
        const examples = shown.map(async ({ vector, map }) => {
          const plain = map && (await plainOf(vector, branch));
          if (map === undefined || plain === undefined) return [];
          return [{ branch, name, state: vectorOf(map, plain) }];
        });
        return (await Promise.all(examples)).flat();
      }),
    );
    return found.flat();
  }

  /** The map of the document that an example shows, as it is registered without a state; undefined where it is not. */
  async function plainOf(vector: Float32Array, branch: string | null): Promise<Float32Array | undefined> {
    const within = branch ?? undefined;
    const matches = await gallery.nearestLabels(vector, 1 + branchStates.length, { within });
    const document = matches.find(({ label }) => label !== negativeLabel && !branchStateOf(label));
    if (document === undefined || document.score < sameDocumentScore) return undefined;
    const reference: Reference | undefined = await gallery.get(document.id);
    return reference && stateOfAttachments(reference.attachments, model);
  }

  function rootOf(label: string): string {
    registered ??= new Set(labels.map((one) => one.label));
    withSubLabels ??= new Set(labels.flatMap((one) => labelAndAncestors(one.label).slice(0, -1)));
    const path = labelAndAncestors(label);
    const topmost = path.find((one) => registered!.has(one)) ?? label;
    if (topmost !== label || path.length === 1 || withSubLabels.has(label)) return topmost;
    return path.at(-2)!;
  }

  return {
    rootOf,
    membersOf,
    vectorOf,
    middleOf: middle,
    async examplesFor(label) {
      if (branchStates.length === 0) return [];
      examples ??= readExamples();
      examples.catch(() => {
        examples = undefined;
      });
      return (await examples).filter(({ branch }) => branch === null || isWithin(label, branch));
    },
  };
}

/** The references of roots, each read once for as long as not too many are remembered. */
function rememberMembers(gallery: Gallery, model: StateModel): Families['membersOf'] {
  const known = new Map<string, Promise<readonly Member[]>>();
  let remembered = 0;
  return (root) => {
    const kept = known.get(root);
    if (kept) return kept;
    const reading = readMembers(gallery, root, model);
    known.set(root, reading);
    reading.then(
      ({ length }) => {
        remembered += length;
        if (remembered <= mostRemembered) return;
        known.clear();
        remembered = 0;
      },
      // What failed is read again.
      () => known.delete(root),
    );
    return reading;
  };
}

/** None where there are more than are told apart. */
async function readMembers(gallery: Gallery, root: string, model: StateModel): Promise<readonly Member[]> {
  const members: Member[] = [];
  for await (const { id, label, vector, attachments } of gallery.references({ within: root })) {
    if (members.length === mostMembers) return [];
    members.push({ id, label, vector, map: stateOfAttachments(attachments, model) });
  }
  return members;
}

/** Vectors and middles of maps, each computed once. */
function rememberVectors(comparison: StateComparison) {
  const vectors = new WeakMap<Float32Array, WeakMap<Float32Array, Float32Array>>();
  const middles = new Map<string, Float32Array>();
  return {
    vectorOf(map: Float32Array, baseline: Float32Array): Float32Array {
      const beside = vectors.get(baseline) ?? new WeakMap<Float32Array, Float32Array>();
      vectors.set(baseline, beside);
      const vector = beside.get(map) ?? comparison.vectorOf(map, baseline);
      beside.set(map, vector);
      return vector;
    },
    middle(members: readonly WithMap[]): Float32Array {
      const key = members.map(({ id }) => id).join('\n');
      const known = middles.get(key) ?? middleOf(members.map(({ map }) => map));
      if (middles.size >= mostMiddles) middles.clear();
      middles.set(key, known);
      return known;
    },
  };
}

/** Half of what strangers reach: the example's own document is far above it. */
const sameDocumentScore = 0.65;

/**
 * Of a family those that the embedding takes for one document: in another state perhaps. Where a probe is nearer to the best
 * reference than a sibling's is, the embedding tells the two apart, and no state need: notes of a series and cards of a deck are as
 * alike as the states of a form, but a photo of one is far more like its own reference. Then only its like are left.
 *
 * @param probe of which `bestId` is the best reference; undefined for those that the threshold alone takes for it
 */
export function siblingsOf(
  probe: Float32Array | undefined,
  members: readonly Member[],
  bestId: string,
  threshold: number,
): readonly Member[] {
  const best = members.find(({ id }) => id === bestId);
  if (best === undefined) return [];
  const likeness = (vector: Float32Array) => scoreOfCosine(cosine(vector, best.vector));
  const least = Math.max(threshold, probe === undefined ? 0 : likeness(probe));
  return members.filter((member) => member === best || likeness(member.vector) >= least);
}
