/** After the type is decided: which of its sub-labels, which states hold, and what is seen in words. */
import type { AcceptedDecision, Decision } from './decide.ts';
import { type Families, type Member, siblingsOf, type WithMap } from './family.ts';
import { isWithin, labelPath } from './labels.ts';
import type { StateModel } from './model-manifest.ts';
import { chooseSibling, type Sibling, type StateExample, seenIn, stateThatHolds } from './states.ts';
import { cosine, scoreOfCosine } from './vector.ts';
import type { View } from './views.ts';

/** What is said of the state of a document. */
export interface StateFacts {
  /**
   * Registered states that hold: the sub-label's own name when the state chose it, one that was shown on a sibling, and
   * one that was registered for the branch (`insurance/*` with `stained` behind it). Empty when none is certain.
   */
  readonly states: readonly string[];
  /**
   * What is seen on the picture, in the model's words, whether or not anything was registered for it: `glare`, `blur`,
   * `fold`, `stain`, … At most one; empty when nothing is certain or the model has no words.
   */
  readonly seen: readonly string[];
}

/** The decision, refined where it is about siblings of one document whose states are known. */
export async function toldApart(
  decision: Decision,
  {
    vector,
    state,
    expected,
    byPrint = false,
  }: Pick<View, 'vector' | 'state'> & {
    readonly expected?: readonly string[] | undefined;
    /** What is printed has told the siblings apart: their states need not. Default false. */
    readonly byPrint?: boolean | undefined;
  },
  families: Families,
  model: StateModel,
): Promise<Decision & StateFacts> {
  if (state === undefined) return { ...decision, states: [], seen: [] };
  const seen = seenIn(state, model);
  if (decision.status === 'unknown') return { ...decision, states: [], seen };
  const best = decision.backedOffFrom ?? decision.label;
  const root = families.rootOf(best);
  // The answer is a branch of several documents: which of them is not known, let alone in what state.
  if (!isWithin(decision.label, root)) return { ...decision, states: [], seen };
  const members = await families.membersOf(root);
  const allowed = expected
    ? members.filter(({ label }) => expected.some((one) => isWithin(label, one)))
    : members;
  const siblings = siblingsOf(vector, allowed, decision.referenceId, decision.threshold.value);
  const known = siblings.filter(hasMap);
  const several = new Set(known.map(({ label }) => label)).size > 1 && known.length === siblings.length;
  const refined =
    several && !byPrint ? refine(decision, { vector, state, root }, known, families, model) : decision;
  const { label } = refined;
  const own = several && label !== root ? [labelPath(label).at(-1)!] : [];
  const plain = plainOf(label, root, members);
  if (plain === undefined) return { ...refined, states: own, seen };
  const shown = several ? [] : shownInFamily(root, members, decision.threshold.value, families);
  const examples = [...shown, ...(await families.examplesFor(label))];
  const { vectorOf } = families;
  const held =
    examples.length > 0
      ? stateThatHolds(vectorOf(state, plain), examples, vectorOf(plain, plain), model)
      : undefined;
  return { ...refined, states: [...new Set([...own, ...(held === undefined ? [] : [held])])], seen };
}

/** Of the answer's document without a state: of its own label, or else of the family. */
function plainOf(label: string, root: string, members: readonly Member[]): Float32Array | undefined {
  const known = members.filter(hasMap);
  return (known.find((one) => one.label === label) ?? known.find((one) => one.label === root))?.map;
}

/** States of the family's first document, as examples for what lies beside them: `stained` for `gen-2`. */
function shownInFamily(
  root: string,
  members: readonly Member[],
  threshold: number,
  { vectorOf }: Families,
): readonly StateExample[] {
  const plain = members.filter(hasMap).find((one) => one.label === root);
  if (plain === undefined) return [];
  const siblings = siblingsOf(undefined, members, plain.id, threshold).filter(hasMap);
  return siblings
    .filter(({ label }) => label !== root)
    .map(({ label, map }) => ({
      name: labelPath(label).at(-1)!,
      state: vectorOf(map, plain.map),
    }));
}

const hasMap = (member: Member): member is WithMap => member.map !== undefined;

/** Beside the family's own picture without a state; where its root has none, beside the middle of the siblings. */
function refine(
  decision: AcceptedDecision,
  { vector, state, root }: { vector: Float32Array; state: Float32Array; root: string },
  members: readonly WithMap[],
  { vectorOf, middleOf }: Families,
  model: StateModel,
): AcceptedDecision {
  const baseline = members.find(({ label }) => label === root)?.map ?? middleOf(members);
  const scored = members.map((member) => ({
    ...member,
    score: scoreOfCosine(cosine(vector, member.vector)),
  }));
  scored.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const labels = [...new Set(scored.map(({ label }) => label))];
  const siblings = labels.map((label): Sibling => {
    const own = scored.filter((one) => one.label === label);
    const states = own.map(({ map }) => vectorOf(map, baseline));
    return { label, score: own[0]!.score, states, plain: label === root };
  });
  const { label, backedOffFrom, likeliest } = chooseSibling(vectorOf(state, baseline), siblings, model);
  const { id, score } = scored.find((one) => one.label === likeliest)!;
  const chosen = { label: likeliest, score, referenceId: id };
  return {
    ...decision,
    label,
    path: labelPath(label),
    backedOffFrom,
    score,
    referenceId: id,
    candidates: [chosen, ...decision.candidates.filter((one) => one.label !== likeliest)],
    reason: backedOffFrom === null ? 'above-threshold' : 'backed-off',
  };
}
