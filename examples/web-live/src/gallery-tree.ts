/** The gallery as a tree of labels: what is folded, how much of it is drawn, and where the focus stays. */
import { negativeLabel, type Reference } from '@docclf/web';
import { element, icon } from './elements.ts';
import { galleryRow, negativeRow, type RowContext } from './gallery-row.ts';
import { countRows, type LabelNode } from './label-tree.ts';

const chevron = 'M6 3l5 5-5 5';
/** Rows up to which a tree is open when it is first seen. */
const openUpTo = 40;
/** Rows of one group that are drawn at once; the next are drawn when the last come into sight. */
const drawnAtOnce = 40;

export interface Drawn {
  readonly roots: readonly LabelNode<Reference>[];
  readonly negatives: readonly Reference[];
  readonly fresh: ReadonlySet<string>;
  /** All is open, as what was looked for is wherever it is. */
  readonly isFiltered: boolean;
}

export interface GalleryTree {
  /** Draws the tree; the focus stays where it was, or goes to `fallback` when that is gone. */
  draw(drawn: Drawn): void;
  /** Opens or closes every group. */
  fold(open: boolean): void;
  /** Opens the groups that the label is in, brings its row into sight and gives it the focus. */
  reveal(label: string): void;
}

export function createGalleryTree(
  list: HTMLUListElement,
  fallback: HTMLElement,
  row: Pick<RowContext, 'thumbnails' | 'actions' | 'whyRefused'>,
): GalleryTree {
  let drawn: Drawn = { roots: [], negatives: [], fresh: new Set(), isFiltered: false };
  /** What a person did with a group; the others follow `openByDefault`. */
  const chosen = new Map<string, boolean>();
  let openByDefault = true;
  const grown = new Map<string, number>();
  const opened = new Set<string>();
  const ends = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting) (target as HTMLButtonElement).click();
  });

  const isOpen = (label: string) => drawn.isFiltered || (chosen.get(label) ?? openByDefault);
  const context = (): RowContext => ({ ...row, fresh: drawn.fresh, opened, redraw });

  function branch(node: LabelNode<Reference>, depth: number): HTMLLIElement {
    const { label, children } = node;
    const drawnRow = galleryRow(
      node,
      children.length > 0 ? toggle(node) : element('span', { class: 'leaf' }),
      context(),
    );
    drawnRow.style.setProperty('--depth', String(depth));
    const item = element('li', {}, drawnRow);
    if (children.length > 0 && isOpen(label))
      item.append(element('ul', {}, ...branches(children, label, depth + 1)));
    return item;
  }

  /** As many as were asked for, and the way to more. */
  function branches(nodes: readonly LabelNode<Reference>[], parent: string, depth: number): HTMLLIElement[] {
    const count = grown.get(parent) ?? drawnAtOnce;
    const items = nodes.slice(0, count).map((node) => branch(node, depth));
    if (nodes.length <= count) return items;
    const more = element('button', { type: 'button', class: 'quiet', 'data-key': `more:${parent}` });
    more.textContent = `Show more of ${nodes.length}`;
    const end = element('li', { class: 'end' }, more);
    more.addEventListener('click', () => {
      ends.unobserve(more);
      grown.set(parent, count + drawnAtOnce);
      const next = branches(nodes, parent, depth).slice(count);
      const hadFocus = document.activeElement === more;
      end.replaceWith(...next);
      if (hadFocus) next[0]?.querySelector('button')?.focus();
    });
    ends.observe(more);
    return [...items, end];
  }

  function toggle({ label, name }: LabelNode<Reference>): HTMLButtonElement {
    const button = element('button', {
      type: 'button',
      class: 'quiet toggle',
      'data-key': `toggle:${label}`,
      'aria-expanded': String(isOpen(label)),
      'aria-label': `Documents in ${name}`,
      click: () => {
        chosen.set(label, !isOpen(label));
        redraw();
      },
    });
    button.append(icon(chevron));
    return button;
  }

  function redraw(): void {
    const focused = document.activeElement;
    const inside = focused !== null && list.contains(focused);
    const key =
      focused?.closest<HTMLElement>('[data-key]')?.dataset.key ??
      focused?.closest<HTMLElement>('[data-return-to]')?.dataset.returnTo;
    ends.disconnect();
    const { roots, negatives } = drawn;
    list.replaceChildren(
      ...branches(roots, '', 0),
      ...(negatives.length > 0 ? [element('li', {}, negativeRow(negatives, negativeLabel, context()))] : []),
    );
    if (!inside) return;
    const again = key && list.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    (again || fallback).focus();
  }

  /** Opens and draws all that the label is in, and as much of each as it takes. */
  function uncover(label: string): void {
    let nodes = drawn.roots;
    let parent = '';
    while (true) {
      const at = nodes.findIndex((node) => node.label === label || label.startsWith(`${node.label}/`));
      if (at < 0) return;
      if (at >= (grown.get(parent) ?? drawnAtOnce)) grown.set(parent, at + drawnAtOnce);
      const node = nodes[at]!;
      if (node.label === label) return;
      chosen.set(node.label, true);
      nodes = node.children;
      parent = node.label;
    }
  }

  return {
    draw(next) {
      // Decided once: a tree that folds while one looks at it would be a surprise.
      if (drawn.roots.length === 0 && !next.isFiltered) openByDefault = countRows(next.roots) <= openUpTo;
      drawn = next;
      for (const node of labelsOf(next.roots, next.fresh)) uncover(node);
      redraw();
    },
    fold(open) {
      openByDefault = open;
      chosen.clear();
      redraw();
    },
    reveal(label) {
      uncover(label);
      redraw();
      const found = list.querySelector<HTMLElement>(`[data-label="${CSS.escape(label)}"]`);
      found?.scrollIntoView({ block: 'center' });
      found?.querySelector<HTMLElement>('.row-actions button')?.focus({ preventScroll: true });
    },
  };
}

/** Labels of references with these ids. */
function labelsOf(nodes: readonly LabelNode<Reference>[], ids: ReadonlySet<string>): string[] {
  if (ids.size === 0) return [];
  return nodes.flatMap(({ label, items, children }) => [
    ...(items.some(({ id }) => ids.has(id)) ? [label] : []),
    ...labelsOf(children, ids),
  ]);
}
