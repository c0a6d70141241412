/** A pile of pictures: each with its own answer, and one of them before the classifier. */
import { element, part, pathOf } from './elements.ts';

export interface Strip {
  /** Shows these pictures; fewer than two are no pile, and hide it. */
  draw(files: readonly File[]): void;
  /** Points out which one is before the classifier. */
  point(index: number): void;
  /** What one picture is, in a word or two, and how sure that is. */
  tell(index: number, kind: string, words: string): void;
}

export function createStrip(onChosen: (index: number) => void): Strip {
  const list = part('strip', HTMLOListElement);
  let urls: readonly string[] = [];

  const buttonOf = (index: number) => list.children[index]?.querySelector('button');

  return {
    draw(files) {
      urls.forEach(URL.revokeObjectURL);
      urls = files.length > 1 ? files.map((file) => URL.createObjectURL(file)) : [];
      list.hidden = urls.length === 0;
      list.replaceChildren(
        ...urls.map((src, index) =>
          element(
            'li',
            {},
            element(
              'button',
              { type: 'button', title: files[index]!.name, click: () => onChosen(index) },
              element('img', { src, alt: files[index]!.name }),
              element('span', {}, 'Looking …'),
            ),
          ),
        ),
      );
    },
    point(index) {
      for (let i = 0; i < list.childElementCount; i++)
        buttonOf(i)?.setAttribute('aria-pressed', String(i === index));
      const chosen = buttonOf(index);
      chosen?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    },
    tell(index, kind, words) {
      const button = buttonOf(index);
      if (!button) return;
      button.dataset.kind = kind;
      button.querySelector('span')!.replaceChildren(...pathOf(words));
    },
  };
}
