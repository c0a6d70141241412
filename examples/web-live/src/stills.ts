/** Pictures before the classifier: each with its own answer and its own outline, one of them shown. */
import type { Classification, Corners, ImageSource, Outcome as OutcomeOf, WebClassifier } from '@docclf/web';
import type { Answer } from './answer.ts';
import { part } from './elements.ts';
import { explain } from './explain.ts';
import type { Outline } from './outline.ts';
import { firstOutline } from './quad.ts';
import { createStrip } from './strip.ts';
import { verdictOf } from './verdict.ts';

type Outcome = OutcomeOf<ImageSource, Classification>;

interface Still {
  readonly file: File;
  /** Where a person says that the document is. */
  marked?: Corners | undefined;
  outcome?: Outcome | undefined;
}

export interface Stills {
  readonly count: number;
  /** Looks at these and forgets all others. */
  look(files: readonly File[]): Promise<void>;
  lookAgain(): Promise<void>;
  /** The one that is shown, cut out where a person says that its document is. */
  readonly chosen: ImageSource | undefined;
  /** A person moved the corners of the one that is shown. */
  mark(corners: Corners): void;
  forget(): void;
}

/** @param onRefused called when the only picture is none */
export function createStills(
  classifier: WebClassifier,
  answer: Answer,
  outline: Outline,
  onRefused: () => void,
): Stills {
  const viewport = part('viewport', HTMLElement);
  const image = part('still', HTMLImageElement);
  const marking = part('mark', HTMLButtonElement);
  const help = part('corners-help', HTMLElement);
  const strip = createStrip((index) => choose(index));
  let stills: readonly Still[] = [];
  let chosen = 0;
  let looks = 0;

  const sourceOf = ({ file, marked }: Still): ImageSource =>
    marked === undefined ? file : { source: file, corners: marked };

  async function lookAt(indices: readonly number[]): Promise<void> {
    const look = ++looks;
    for (const index of indices) stills[index]!.outcome = undefined;
    for await (const outcome of classifier.classifyMany(indices.map((index) => sourceOf(stills[index]!)))) {
      if (look !== looks) return;
      const index = indices[outcome.index]!;
      stills[index]!.outcome = outcome;
      if (outcome.ok) {
        const { kind, heading } = verdictOf(outcome.result);
        strip.tell(index, kind, heading);
      } else strip.tell(index, 'refused', explain(outcome.error).title);
      if (index === chosen) present(outcome);
    }
  }

  function present(outcome: Outcome): void {
    if (outcome.ok) {
      const verdict = verdictOf(outcome.result);
      viewport.dataset.kind = verdict.kind;
      answer.show(verdict, outcome.result);
      drawOutline(outcome.result);
      return;
    }
    outline.draw(null, { width: 1, height: 1 });
    marking.hidden = true;
    const { title, advice } = explain(outcome.error);
    if (stills.length === 1) {
      forget();
      onRefused();
    }
    answer.tell(title, advice);
    viewport.dataset.kind = 'refused';
  }

  function drawOutline({ outline: found, image: extent }: Classification): void {
    const { marked } = stills[chosen]!;
    const shown = marked ?? found;
    outline.edit(true);
    outline.draw(shown, extent);
    help.hidden = shown === null;
    marking.hidden = marked === undefined && shown !== null;
    marking.textContent = marked === undefined ? 'Mark the document' : 'Find it by itself';
  }

  function choose(index: number): void {
    const still = stills[index];
    if (still === undefined) return;
    chosen = index;
    hideImage();
    image.src = URL.createObjectURL(still.file);
    image.alt = still.file.name;
    outline.draw(null, { width: 1, height: 1 });
    viewport.dataset.kind = '';
    strip.point(index);
    if (still.outcome === undefined) answer.tell('Looking …', '');
    else present(still.outcome);
  }

  function hideImage(): void {
    if (image.src !== '') URL.revokeObjectURL(image.src);
    image.removeAttribute('src');
  }

  function mark(corners: Corners | undefined): void {
    stills[chosen]!.marked = corners;
    void lookAt([chosen]);
  }

  function forget(): void {
    looks++;
    stills = [];
    strip.draw([]);
    hideImage();
    marking.hidden = true;
    help.hidden = true;
  }

  marking.addEventListener('click', () => {
    const extent = { width: image.naturalWidth, height: image.naturalHeight };
    mark(stills[chosen]?.marked === undefined ? firstOutline(extent) : undefined);
  });

  return {
    get count() {
      return stills.length;
    },
    async look(files) {
      forget();
      stills = files.map((file) => ({ file }));
      strip.draw(files);
      choose(0);
      await lookAt([...files.keys()]);
    },
    lookAgain: () => lookAt([...stills.keys()]),
    get chosen() {
      const still = stills[chosen];
      return still && sourceOf(still);
    },
    mark,
    forget,
  };
}
