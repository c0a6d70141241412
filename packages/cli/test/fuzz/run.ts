/** One input after another, each from its own number: `seed` and the number make the same input again. */
import { performance } from 'node:perf_hooks';
import { DocclfError } from '@docclf/node';
import { watchLoop } from './loop.ts';
import { createRandom, type Random } from './random.ts';

export type Target = (random: Random) => Promise<unknown>;

export interface Fuzzed {
  readonly inputs: number;
  /** What was refused, by code; `taken` for what was not. */
  readonly answers: ReadonlyMap<string, number>;
  /** Errors without a code: the target, the number of the input, and what was thrown. */
  readonly faults: readonly string[];
  /** What took longest until it was answered, and what held the event loop for longest in one piece. */
  readonly slowest: Longest;
  readonly longestBlock: Longest;
  /** Megabytes of the process after a tenth of the inputs, and at the end. */
  readonly memory: readonly [early: number, late: number];
}

export interface Longest {
  readonly milliseconds: number;
  readonly input: string;
}

export interface FuzzOptions {
  readonly targets: Readonly<Record<string, Target>>;
  readonly seed: number;
  /** The number of the first input: one that a report names is made again alone. */
  readonly first: number;
  /** Asked before each input, with the number of those that were. */
  readonly goesOn: (done: number) => boolean;
  /** Inputs after which memory is looked at for the first time. */
  readonly warmUp: number;
  /** An input that takes or blocks for longer is made again, and the least counts: the machine may have been busy. */
  readonly suspicious: { readonly milliseconds: number; readonly block: number };
}

const tries = 4;

export async function fuzz(options: FuzzOptions): Promise<Fuzzed> {
  const { targets, seed, first, goesOn, warmUp, suspicious } = options;
  const names = Object.keys(targets);
  const answers = new Map<string, number>();
  const faults: string[] = [];
  let slowest: Longest = { milliseconds: 0, input: '' };
  let longestBlock = slowest;
  let early = 0;
  let done = first;
  const loop = watchLoop();
  for (; goesOn(done - first) && faults.length < 20; done++) {
    const name = names[done % names.length]!;
    const input = `${name} ${done}`;
    let milliseconds = Number.POSITIVE_INFINITY;
    let block = Number.POSITIVE_INFINITY;
    let answer = '';
    for (let i = 0; i < tries; i++) {
      if (milliseconds <= suspicious.milliseconds && block <= suspicious.block) break;
      const start = performance.now();
      loop.reset();
      answer = await answerOf(targets[name]!, createRandom(seed * 1_000_003 + done));
      block = Math.min(block, loop.longest());
      milliseconds = Math.min(milliseconds, performance.now() - start);
    }
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, input };
    if (block > longestBlock.milliseconds) longestBlock = { milliseconds: block, input };
    if (answer.startsWith('fault')) faults.push(`${input} of seed ${seed}: ${answer}`);
    answers.set(answer.split(' ')[0]!, (answers.get(answer.split(' ')[0]!) ?? 0) + 1);
    if (done - first === warmUp) early = memory();
  }
  loop.stop();
  return {
    inputs: done - first,
    answers,
    faults,
    slowest,
    longestBlock,
    memory: [early || memory(), memory()],
  };
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
