/** One input after another, each from its own number: `seed` and the number make the same input again. */
import { performance } from 'node:perf_hooks';
import { DocclfError } from '@docclf/node';
import { createRandom, type Random } from './random.ts';

export type Target = (random: Random) => Promise<unknown>;

export interface Fuzzed {
  readonly inputs: number;
  /** What was refused, by code; `taken` for what was not. */
  readonly answers: ReadonlyMap<string, number>;
  /** Errors without a code: the target, the number of the input, and what was thrown. */
  readonly faults: readonly string[];
  /** Milliseconds, and which input took them. */
  readonly slowest: { readonly milliseconds: number; readonly input: string };
  /** Megabytes of the process after a tenth of the inputs, and at the end. */
  readonly memory: readonly [early: number, late: number];
}

export interface FuzzOptions {
  readonly targets: Readonly<Record<string, Target>>;
  readonly seed: number;
  /** Asked before each input, with the number of those that were. */
  readonly goesOn: (done: number) => boolean;
  /** Inputs after which memory is looked at for the first time. */
  readonly warmUp: number;
}

export async function fuzz({ targets, seed, goesOn, warmUp }: FuzzOptions): Promise<Fuzzed> {
  const names = Object.keys(targets);
  const answers = new Map<string, number>();
  const faults: string[] = [];
  let slowest = { milliseconds: 0, input: '' };
  let early = 0;
  let done = 0;
  for (; goesOn(done) && faults.length < 20; done++) {
    const name = names[done % names.length]!;
    const input = `${name} ${done}`;
    const start = performance.now();
    const answer = await answerOf(targets[name]!, createRandom(seed * 1_000_003 + done));
    const milliseconds = performance.now() - start;
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, input };
    if (answer.startsWith('fault')) faults.push(`${input} of seed ${seed}: ${answer}`);
    answers.set(answer.split(' ')[0]!, (answers.get(answer.split(' ')[0]!) ?? 0) + 1);
    if (done === warmUp) early = memory();
  }
  return { inputs: done, answers, faults, slowest, memory: [early || memory(), memory()] };
}

async function answerOf(target: Target, random: Random): Promise<string> {
  try {
    await target(random);
    return 'taken';
  } catch (error) {
    if (!DocclfError.is(error)) return `fault ${error instanceof Error ? error.stack : String(error)}`;
    // Nobody can act on it without knowing our code.
    const isOurs = error.cause instanceof TypeError || error.cause instanceof RangeError;
    if (error.code === 'STORE_FAILED' && isOurs)
      return `fault STORE_FAILED by ${(error.cause as Error).stack}`;
    return /\p{Cc}/u.test(error.message) || error.message.length > 3000
      ? `fault message ${JSON.stringify(error.message).slice(0, 300)}`
      : error.code;
  }
}

const memory = () => Math.round(process.memoryUsage().rss / 2 ** 20);
