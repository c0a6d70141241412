/** How many references each label has: read once a revision, and carried on over this gallery's own writes. */
import { type LabelCount, negativeLabel } from '@docclf/core';
import type { StoreSession } from './store.ts';

/** What one revision of the gallery holds. */
interface Census {
  readonly ofLabel: ReadonlyMap<string, number>;
  /** All references, negative ones too. */
  readonly total: number;
  /** In order, without `negativeLabel`; shared by all who ask, and frozen. */
  readonly labels: readonly LabelCount[];
}

/** How many references of a label are added, or with a negative number removed. */
export type Difference = readonly [label: string, references: number];

export interface LabelCounts {
  /** As of now. Costs one `revision()` as long as nobody else has written. */
  current(): Promise<Census>;
  /** What a commit of this gallery changed, and where the store says that it came. */
  applied(committed: Awaited<ReturnType<StoreSession['commit']>>, differences: readonly Difference[]): void;
}

interface Known {
  readonly revision: string;
  readonly census: Census;
}

export function createLabelCounts({
  revision,
  labels,
}: Pick<StoreSession, 'revision' | 'labels'>): LabelCounts {
  let known: Known | undefined;
  let reading: { readonly revision: string; readonly known: Promise<Known> } | undefined;

  async function read(current: string): Promise<Known> {
    const counts = await labels();
    // Maybe counted after a later commit. Then the revision is another by now, and whoever asks next counts again.
    known = {
      revision: current,
      census: censusOf(new Map(counts.map(({ label, references }) => [label, references]))),
    };
    return known;
  }

  return {
    async current() {
      const now = await revision();
      if (known?.revision === now) return known.census;
      if (reading?.revision !== now) {
        const mine = { revision: now, known: read(now) };
        reading = mine;
        const ended = () => {
          if (reading === mine) reading = undefined;
        };
        mine.known.then(ended, ended);
      }
      return (await reading!.known).census;
    },

    applied(committed, differences) {
      if (!committed || known?.revision !== committed.before) return;
      const ofLabel = new Map(known.census.ofLabel);
      for (const [label, difference] of differences) {
        const references = (ofLabel.get(label) ?? 0) + difference;
        if (references > 0) ofLabel.set(label, references);
        else ofLabel.delete(label);
      }
      known = { revision: committed.after, census: censusOf(ofLabel) };
    },
  };
}

/** Sorted when somebody asks: a registration of many need not sort all labels for each. */
function censusOf(ofLabel: ReadonlyMap<string, number>): Census {
  let sorted: readonly LabelCount[] | undefined;
  let sum: number | undefined;
  return {
    ofLabel,
    get total() {
      sum ??= [...ofLabel.values()].reduce((total, references) => total + references, 0);
      return sum;
    },
    get labels() {
      sorted ??= Object.freeze(
        [...ofLabel]
          .filter(([label]) => label !== negativeLabel)
          .map(([label, references]) => Object.freeze({ label, references }))
          .sort((a, b) => (a.label < b.label ? -1 : 1)),
      );
      return sorted;
    },
  };
}
