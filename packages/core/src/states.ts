/**
 * In what state is the document: which of a type's sub-labels is it, and which states that were shown once hold? Pure.
 *
 * The embedding is trained to see through stains and glare, so it names the type. The state vector is trained the other way
 * round: alike for two documents in one state, whichever they are. Its distances choose among what the embedding holds to be
 * one document, as prototypical networks choose a class (Snell, Swersky and Zemel 2017).
 */
import { labelAndAncestors } from './labels.ts';
import type { StateModel } from './model-manifest.ts';
import { cosine } from './vector.ts';

/** A label that the probe may have, of one document. */
export interface Sibling {
  readonly label: string;
  /** Of the probe's embedding with the label's best reference. */
  readonly score: number;
  /** State vectors of its references, at least one. */
  readonly states: readonly Float32Array[];
  /** Whether it is the document without a state, the baseline of the others. */
  readonly plain: boolean;
}

/** A state that was shown on one document, for all documents of a branch. */
export interface StateExample {
  readonly name: string;
  readonly state: Float32Array;
}

/** The label that is certain; with `backedOffFrom` an ancestor of the likeliest. */
export interface Choice {
  readonly label: string;
  readonly backedOffFrom: string | null;
  /** The sibling that is likeliest. */
  readonly likeliest: string;
  /** How likely `label` and its sub-labels are, 0 to 1. */
  readonly chance: number;
}

/**
 * The deepest label that is certain among siblings of one document: that the chances of it and its sub-labels together
 * reach the model's `certain.sibling`.
 *
 * @param siblings at least one
 */
export function chooseSibling(state: Float32Array, siblings: readonly Sibling[], model: StateModel): Choice {
  const { scales } = model;
  const chances = softmax(
    siblings.map(({ score, states, plain }) => {
      const nearest = Math.max(...states.map((other) => cosine(state, other)));
      return scales.state * nearest + scales.embedding * score + (plain ? scales.plain : 0);
    }),
  );
  const first = chances.indexOf(Math.max(...chances));
  const likeliest = siblings[first]!.label;
  const within = new Map<string, number>();
  siblings.forEach(({ label }, i) => {
    for (const one of labelAndAncestors(label)) within.set(one, (within.get(one) ?? 0) + chances[i]!);
  });
  const path = labelAndAncestors(likeliest).reverse();
  // The chances of all siblings together are 1, up to rounding.
  const label = path.find((one) => within.get(one)! >= model.certain.sibling) ?? path[path.length - 1]!;
  return {
    label,
    backedOffFrom: label === likeliest ? null : likeliest,
    likeliest,
    chance: within.get(label)!,
  };
}

/**
 * The state that holds, of those that were shown: the likeliest of none and each, where it is certain.
 *
 * @param plain state vector of the probe's own document without a state
 */
export function stateThatHolds(
  state: Float32Array,
  examples: readonly StateExample[],
  plain: Float32Array,
  model: StateModel,
): string | undefined {
  const hypotheses = [{ name: undefined, state: plain }, ...examples];
  const chances = softmax(
    hypotheses.map(
      (one, i) => model.scales.example * cosine(state, one.state) + (i === 0 ? model.scales.none : 0),
    ),
  );
  const byName = new Map<string | undefined, number>();
  hypotheses.forEach(({ name }, i) => {
    byName.set(name, (byName.get(name) ?? 0) + chances[i]!);
  });
  const [name, chance] = [...byName].reduce((best, one) => (one[1] > best[1] ? one : best));
  return chance >= model.certain.example ? name : undefined;
}

/** What is seen in words, such as `glare`: the likeliest of the model's words where it is certain and not that nothing is. */
export function seenIn(map: Float32Array, model: StateModel): readonly string[] {
  const { words, channels, places } = model;
  const facts: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    const values = map.subarray(channel * places, (channel + 1) * places);
    const mean = values.reduce((sum, value) => sum + value, 0) / places;
    const square = values.reduce((sum, value) => sum + value * value, 0) / places;
    facts.push(mean, Math.sqrt(Math.max(0, square - mean * mean)), Math.max(...values), Math.min(...values));
  }
  const chances = softmax(words.list.map(({ direction, bias }) => bias + dot(direction, facts)));
  const first = chances.indexOf(Math.max(...chances));
  const { word } = words.list[first]!;
  return word !== '' && chances[first]! >= words.certain ? [word] : [];
}

/** The attachment of a reference that holds its state map; another head's has another name and is not looked at. */
export function stateAttachment({ space }: StateModel): string {
  return `state@${space}`;
}

/** As bytes: the largest number as float32, little-endian, then each as a share of it in steps of 1/127. */
export function stateToBytes(state: Float32Array): Uint8Array {
  const largest = state.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const bytes = new Uint8Array(4 + state.length);
  new DataView(bytes.buffer).setFloat32(0, largest, true);
  state.forEach((value, i) => {
    bytes[4 + i] = Math.round((127 * value) / largest);
  });
  return bytes;
}

/** No network answers with more; larger numbers would make others infinite. */
const largestState = 1e6;

/** The other way round; undefined where it is not there, not whole, or nothing that a network answers. */
export function stateOfAttachments(
  attachments: Readonly<Record<string, Uint8Array>>,
  model: StateModel,
): Float32Array | undefined {
  const bytes = attachments[stateAttachment(model)];
  if (bytes?.length !== 4 + model.channels * model.places) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const step = view.getFloat32(0, true) / 127;
  if (!(Math.abs(step) <= largestState / 127)) return undefined;
  return Float32Array.from({ length: bytes.length - 4 }, (_, i) => step * view.getInt8(4 + i));
}

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
