/** From an inbox to types that might be registered. */
import { DocclfError, positiveInteger } from '../errors.ts';
import type { Gallery, Match, Reference, WithSignal } from '../gallery.ts';
import { parseLabel } from '../labels.ts';
import { abortSignal, anything, checkOptions, type OptionTable } from '../options.ts';
import { clusterByScore, medoidOf } from './cluster.ts';
import { newestOf } from './inbox.ts';

export interface ProposeOptions extends WithSignal {
  /** Documents are joined while the mean score between two groups is at least this, 0 to 1: the gallery's threshold. */
  readonly threshold: number;
  /** Smaller groups are no proposal. Default 2. */
  readonly minimumSize?: number | undefined;
  /** Names what each proposal resembles most. Default: nothing is named. */
  readonly gallery?: Gallery | undefined;
}

const proposeOptions: OptionTable<ProposeOptions> = {
  threshold: anything,
  minimumSize: anything,
  gallery: anything,
  signal: abortSignal,
};

/** Documents of the inbox that look like one type. */
export interface Proposal {
  /** The one most like all the others: the one to register. */
  readonly medoid: Reference;
  /** Ids of all of them, the medoid too. */
  readonly ids: readonly string[];
  /** ISO 8601, UTC. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** The label that the medoid resembles most. */
  readonly nearest: Match | null;
}

export interface Proposals {
  /** Largest first, then by the medoid's id. */
  readonly proposals: readonly Proposal[];
  /** Documents that are like no other. */
  readonly alone: number;
  /** Documents looked at; only the newest `mostClustered`. */
  readonly looked: number;
  readonly kept: number;
}

/** More would take more than 130 MB and half a minute. */
export const mostClustered = 4096;

/**
 * Clusters what an inbox holds, see `clusterByScore`, and names a medoid for each group.
 *
 * @throws INVALID_ARGUMENT, and what the galleries throw
 */
export async function proposeTypes(inbox: Gallery, options: ProposeOptions): Promise<Proposals> {
  const { threshold, gallery, signal } = checkOptions('proposeTypes', options, proposeOptions);
  const minimumSize = positiveInteger('minimumSize', options.minimumSize ?? 2);
  if (!(threshold >= 0 && threshold <= 1)) {
    const expected = 'a score from 0 to 1';
    throw new DocclfError('INVALID_ARGUMENT', {
      argument: 'threshold',
      expected,
      received: String(threshold),
    });
  }
  const documents = await newestOf(inbox, mostClustered, { signal });
  const vectors = documents.map(({ vector }) => vector);
  const groups = clusterByScore(vectors, threshold);
  const proposals: Proposal[] = [];
  for (const group of groups) {
    if (group.length < minimumSize) continue;
    const medoid = documents[medoidOf(group, vectors)]!;
    const times = group.map((i) => documents[i]!.createdAt).sort();
    const [nearest = null] = gallery ? await gallery.nearest(medoid.vector, 1, { signal }) : [];
    proposals.push({
      medoid,
      ids: group.map((i) => documents[i]!.id).sort(),
      firstSeen: times[0]!,
      lastSeen: times[times.length - 1]!,
      nearest,
    });
  }
  proposals.sort((a, b) => b.ids.length - a.ids.length || (a.medoid.id < b.medoid.id ? -1 : 1));
  const alone = groups.filter((group) => group.length === 1).length;
  return { proposals, alone, looked: documents.length, kept: await inbox.size() };
}

/**
 * Registers a proposal's medoid under a label and takes its documents out of the inbox. The reference is
 * stored before anything is removed, so a failure in between loses nothing, and the same call goes on behind it.
 *
 * @throws LABEL_*, REFERENCE_EXISTS, and what the galleries throw
 */
export async function acceptProposal(
  { medoid, ids }: Pick<Proposal, 'medoid' | 'ids'>,
  label: string,
  { inbox, gallery }: { readonly inbox: Gallery; readonly gallery: Gallery },
): Promise<Reference> {
  const { id, vector, attachments, createdAt } = medoid;
  // There already where an earlier call was stopped between the two.
  const before = await gallery.get(id);
  const isStored = before?.label === parseLabel(label);
  const [stored] = isStored ? [before] : await gallery.add([{ id, label, vector, attachments, createdAt }]);
  // The medoid last: as long as it is there, what is left of the group is found by it.
  for (const member of [...ids.filter((one) => one !== id), id]) {
    try {
      await inbox.remove({ id: member });
    } catch (error) {
      // Somebody else took it out: all the better.
      if (!DocclfError.is(error, 'REFERENCE_NOT_FOUND')) throw error;
    }
  }
  return stored!;
}
