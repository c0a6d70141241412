/** What has been done of a run over many images, shown as it goes on. */
import { endsTheRun, wordingOf } from './failures.ts';
import type { InputPlace } from './pages/inputs.ts';
import type { Screen } from './screen.ts';

export interface Failure {
  readonly file: string;
  /** From 1. */
  readonly page?: number;
  /** `CODE: message` */
  readonly error: string;
}

export interface Tally {
  readonly failures: readonly Failure[];
  /** One more is done. */
  step(): void;
  /** One more is done, under a word of the summary. */
  count(word: string): void;
  /** Reports an image, unless all others would fail in the same way: then throws. */
  failed(image: InputPlace, error: unknown): void;
  /** A file turned out to be of several images. */
  oneMore(): void;
  /** `3 of 7` */
  progress(): string;
  /** `2 registered, 1 failed` */
  summary(): string;
}

export function createTally(screen: Screen, words: readonly string[], files: number): Tally {
  const counts = new Map([...words, 'failed'].map((word) => [word, 0]));
  const failures: Failure[] = [];
  let total = files;
  let done = 0;
  const start = performance.now();

  function step(): void {
    done++;
    screen.progress({ done, total, seconds: (performance.now() - start) / 1000 });
  }

  function count(word: string): void {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    step();
  }

  return {
    failures,
    step,
    count,
    failed(image, error) {
      if (endsTheRun(error)) throw error;
      const { file, page } = image;
      const wording = wordingOf(error, image);
      failures.push({ file, ...(page !== undefined && { page }), error: wording });
      screen.note(`docclf: ${wording}`);
      count('failed');
    },
    oneMore() {
      total++;
    },
    progress: () => `${done} of ${total}`,
    summary: () => [...counts].map(([word, number]) => `${number} ${word}`).join(', '),
  };
}
