/** The gallery as a tree of labels, each with its pictures, to rename and delete. */
import { negativeLabel, type Reference } from '@docclf/web';
import { nameOf } from './answer.ts';
import { element, icon, plural } from './elements.ts';
import type { LabelNode } from './label-tree.ts';
import type { Thumbnails } from './thumbnails.ts';

const cross = 'M3 3l10 10M13 3L3 13';
const chevron = 'M6 3l5 5-5 5';

export interface TreeActions {
  rename(from: string, to: string, merge: boolean): Promise<void>;
  removeLabel(label: string): Promise<void>;
  removeReference(reference: Reference): Promise<void>;
}

export interface GalleryTree {
  /** Draws the tree; the focus stays where it was, or goes to `fallback` when that is gone. */
  draw(
    roots: readonly LabelNode<Reference>[],
    negatives: readonly Reference[],
    fresh: ReadonlySet<string>,
  ): void;
}

/** What a refused rename says, and whether it can be answered by joining the two labels. */
export interface RenameRefusal {
  readonly text: string;
  readonly canMerge: boolean;
}

export function createGalleryTree(
  list: HTMLUListElement,
  fallback: HTMLElement,
  thumbnails: Thumbnails,
  actions: TreeActions,
  whyRefused: (error: unknown) => RenameRefusal,
): GalleryTree {
  const collapsed = new Set<string>();
  let redraw = () => {};

  function branch(node: LabelNode<Reference>, depth: number, fresh: ReadonlySet<string>): HTMLLIElement {
    const { label, name, items, total, children } = node;
    const open = !collapsed.has(label);
    const row = element('div', { class: 'branch' });
    row.style.setProperty('--depth', String(depth));
    row.append(
      children.length === 0 ? element('span', { class: 'leaf' }) : toggle(label, name, open),
      element('span', { class: 'name' }, name),
      element('span', { class: 'count' }, plural(total, 'reference')),
      pictures(items, fresh),
      element(
        'div',
        { class: 'row-actions' },
        action(`rename:${label}`, 'Rename', label, () => row.replaceChildren(renameForm(label))),
        action(`delete:${label}`, 'Delete', label, () => void actions.removeLabel(label)),
      ),
    );
    const item = element('li', {}, row);
    if (children.length > 0 && open) {
      item.append(element('ul', {}, ...children.map((child) => branch(child, depth + 1, fresh))));
    }
    return item;
  }

  function toggle(label: string, name: string, open: boolean): HTMLButtonElement {
    const button = element('button', {
      type: 'button',
      class: 'quiet toggle',
      'data-key': `toggle:${label}`,
      'aria-expanded': String(open),
      'aria-label': `Sub-labels of ${name}`,
      click: () => {
        if (!collapsed.delete(label)) collapsed.add(label);
        redraw();
      },
    });
    button.append(icon(chevron));
    return button;
  }

  function renameForm(label: string): HTMLFormElement {
    const input = element('input', {
      value: label,
      'aria-label': `New name of ${label}`,
      spellcheck: 'false',
    });
    const refusal = element('p', { class: 'error', role: 'alert', hidden: true });
    const save = element('button', { class: 'primary' }, 'Save');
    const cancel = element('button', { type: 'button', click: () => redraw() }, 'Cancel');
    const form = element('form', { class: 'rename', novalidate: true }, input, save, cancel, refusal);
    let merge = false;

    input.addEventListener('input', () => {
      merge = false;
      save.textContent = 'Save';
    });
    form.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') redraw();
    });
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      // The label is called so when the tree is drawn again.
      form.dataset.returnTo = `rename:${input.value.trim()}`;
      try {
        await actions.rename(label, input.value.trim(), merge);
      } catch (error) {
        form.dataset.returnTo = `rename:${label}`;
        const { text, canMerge } = whyRefused(error);
        refusal.textContent = text;
        refusal.hidden = false;
        merge = canMerge;
        save.textContent = canMerge ? 'Join the two' : 'Save';
        input.focus();
      }
    });
    // Once it is in the page, and back where it was opened when it is gone.
    form.dataset.returnTo = `rename:${label}`;
    queueMicrotask(() => input.select());
    return form;
  }

  function pictures(references: readonly Reference[], fresh: ReadonlySet<string>): HTMLUListElement {
    return element(
      'ul',
      { class: 'references' },
      ...references.map((each) => picture(each, fresh.has(each.id))),
    );
  }

  function picture(reference: Reference, isFresh: boolean): HTMLLIElement {
    const { id, label, createdAt } = reference;
    const day = new Date(createdAt).toLocaleDateString();
    const url = thumbnails.urlOf(id);
    const shown = url
      ? element('img', { src: url, alt: `Reference of ${nameOf(label)}, registered ${day}` })
      : element('span', {}, 'No picture kept');
    const remove = element('button', {
      type: 'button',
      'data-key': `remove:${id}`,
      'aria-label': `Delete this reference of ${nameOf(label)}`,
      click: () => void actions.removeReference(reference),
    });
    remove.append(icon(cross));
    return element(
      'li',
      { class: isFresh ? 'new' : '' },
      element('div', { class: 'thumbnail' }, shown),
      remove,
    );
  }

  function negativeBranch(references: readonly Reference[], fresh: ReadonlySet<string>): HTMLLIElement {
    const row = element(
      'div',
      { class: 'branch' },
      element('span', { class: 'leaf' }),
      element('span', { class: 'name' }, nameOf(negativeLabel)),
      element('span', { class: 'count' }, plural(references.length, 'reference')),
      pictures(references, fresh),
    );
    return element('li', {}, row);
  }

  return {
    draw(roots, negatives, fresh) {
      redraw = () => {
        const focused = document.activeElement;
        const inside = focused !== null && list.contains(focused);
        const key =
          focused?.closest<HTMLElement>('[data-key]')?.dataset.key ??
          focused?.closest<HTMLElement>('[data-return-to]')?.dataset.returnTo;
        list.replaceChildren(
          ...roots.map((root) => branch(root, 0, fresh)),
          ...(negatives.length > 0 ? [negativeBranch(negatives, fresh)] : []),
        );
        if (!inside) return;
        const again = key && list.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
        (again || fallback).focus();
      };
      redraw();
    },
  };
}

function action(key: string, name: string, label: string, run: () => void): HTMLButtonElement {
  return element(
    'button',
    { type: 'button', class: 'quiet', 'data-key': key, 'aria-label': `${name} ${label}`, click: run },
    name,
  );
}
