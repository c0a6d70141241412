/** Frames vote before a label is announced, so that one bad frame changes nothing. Pure. */

export interface VoteOptions {
  /** Frames that count: the last so many. */
  readonly window: number;
  /** Votes of the window that a label needs to be announced; more than half, so that only one branch can have them. */
  readonly enter: number;
  /** Votes below which an announced label is taken back; fewer than `enter`, so that it does not flicker. */
  readonly leave: number;
}

/** At 20 frames a second an answer takes about a third of a second. */
export const defaultVote: VoteOptions = { window: 9, enter: 6, leave: 4 };

/** What is announced: a label, null for "unknown", undefined while the frames do not agree. */
export type Announced = string | null | undefined;

export interface Vote {
  /** Counts the label of one more frame (null: unknown) and returns what is announced now. */
  cast(label: string | null): Announced;
}

/**
 * A vote among the last frames. A frame's label is a vote for its ancestors too, so that frames that waver
 * between `form/gen-1` and `form/gen-2` announce `form`: the deepest label that enough of them agree on.
 */
export function createVote({ window, enter, leave }: VoteOptions = defaultVote): Vote {
  if (!(enter > window / 2 && enter <= window && leave >= 1 && leave < enter)) {
    throw new RangeError('expected window / 2 < enter <= window and 1 <= leave < enter');
  }
  const votes: (string | null)[] = [];
  let announced: Announced;

  return {
    cast(label) {
      votes.push(label);
      if (votes.length > window) votes.shift();
      const counts = countVotes(votes);
      const elected = deepest(counts, enter);
      const stays = announced !== undefined && (counts.get(announced) ?? 0) >= leave;
      // What stays is replaced by another branch or by its own sub-label, never by its ancestor.
      if (!stays || (elected !== undefined && !includes(elected, announced!))) announced = elected;
      return announced;
    },
  };
}

/** True when `label` is `ancestor` or lies under it; unknown includes only itself. */
export function includes(ancestor: string | null, label: string | null): boolean {
  return ancestor === label || (ancestor !== null && label?.startsWith(`${ancestor}/`) === true);
}

function countVotes(votes: readonly (string | null)[]): Map<string | null, number> {
  const counts = new Map<string | null, number>();
  const count = (label: string | null) => counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const vote of votes) {
    if (vote === null) count(null);
    else vote.split('/').forEach((_, depth, path) => void count(path.slice(0, depth + 1).join('/')));
  }
  return counts;
}

/** Labels with so many votes lie on one path, for they have more than half: the longest is the deepest. */
function deepest(counts: ReadonlyMap<string | null, number>, enter: number): Announced {
  let found: Announced;
  for (const [label, count] of counts) {
    if (count >= enter && (found === undefined || (label?.length ?? 0) > (found?.length ?? 0))) found = label;
  }
  return found;
}
