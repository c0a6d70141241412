/** One row of the gallery: a label, how many pictures it has, the pictures, and what can be done with them. */
import type { Reference } from '@docclf/web';
import { nameOf } from './answer.ts';
import { element, icon, pathOf, plural } from './elements.ts';
import type { LabelNode } from './label-tree.ts';
import type { Thumbnails } from './thumbnails.ts';

const cross = 'M3 3l10 10M13 3L3 13';
/** Pictures of a row until all are asked for: what fits beside its name. */
const firstPictures = 6;

export interface TreeActions {
  rename(from: string, to: string, merge: boolean): Promise<void>;
  removeLabel(label: string): Promise<void>;
  removeReference(reference: Reference): Promise<void>;
}

/** What a refused rename says, and whether it can be answered by joining the two labels. */
export interface RenameRefusal {
  readonly text: string;
  readonly canMerge: boolean;
}

export interface RowContext {
  readonly thumbnails: Thumbnails;
  readonly actions: TreeActions;
  readonly whyRefused: (error: unknown) => RenameRefusal;
  /** Ids that are pointed out. */
  readonly fresh: ReadonlySet<string>;
  /** Labels all of whose pictures are shown. */
  readonly opened: Set<string>;
  redraw(): void;
}

/** @param toggle what opens and closes the label's group, where it has one */
export function galleryRow(
  { label, name, items, total }: LabelNode<Reference>,
  toggle: HTMLElement,
  context: RowContext,
): HTMLDivElement {
  const { actions, redraw } = context;
  const row = element('div', { class: 'branch', 'data-label': label });
  row.append(
    toggle,
    element('span', { class: 'name' }, ...pathOf(name, ' / ')),
    element('span', { class: 'count' }, plural(total, 'picture')),
    pictures(label, items, context),
    element(
      'div',
      { class: 'row-actions' },
      action(`rename:${label}`, 'Rename', label, () => row.replaceChildren(renameForm(label, context))),
      action(`delete:${label}`, 'Delete', label, () => void actions.removeLabel(label)),
    ),
  );
  row.addEventListener('keydown', ({ key, target }) => {
    if (key === 'Escape' && target instanceof HTMLInputElement) redraw();
  });
  return row;
}

/** What is not the person's own; it can be deleted picture by picture. */
export function negativeRow(
  references: readonly Reference[],
  label: string,
  context: RowContext,
): HTMLDivElement {
  return element(
    'div',
    { class: 'branch', 'data-label': label },
    element('span', { class: 'leaf' }),
    element('span', { class: 'name' }, nameOf(label)),
    element('span', { class: 'count' }, plural(references.length, 'picture')),
    pictures(label, references, context),
  );
}

function pictures(label: string, references: readonly Reference[], context: RowContext): HTMLUListElement {
  const { opened, redraw, fresh } = context;
  // What has just come is seen, however many there are.
  const sorted = [...references].sort((a, b) => Number(fresh.has(b.id)) - Number(fresh.has(a.id)));
  const shown = opened.has(label) ? sorted : sorted.slice(0, firstPictures);
  const rest = references.length - shown.length;
  const list = element('ul', { class: 'references' }, ...shown.map((each) => picture(each, context)));
  if (rest === 0) return list;
  const all = element(
    'button',
    {
      type: 'button',
      class: 'quiet rest',
      'data-key': `pictures:${label}`,
      'aria-label': `Show ${plural(rest, 'more picture')} of ${nameOf(label)}`,
      click: () => {
        opened.add(label);
        redraw();
      },
    },
    `+${rest}`,
  );
  list.append(element('li', {}, all));
  return list;
}

function picture(reference: Reference, { thumbnails, actions, fresh }: RowContext): HTMLLIElement {
  const { id, label, createdAt } = reference;
  const day = new Date(createdAt).toLocaleDateString();
  const url = thumbnails.urlOf(id);
  const shown = url
    ? element('img', { src: url, loading: 'lazy', alt: `Picture of ${nameOf(label)}, registered ${day}` })
    : element('span', {}, 'No picture kept');
  const remove = element('button', {
    type: 'button',
    'data-key': `remove:${id}`,
    'aria-label': `Delete this picture of ${nameOf(label)}`,
    click: () => void actions.removeReference(reference),
  });
  remove.append(icon(cross));
  return element(
    'li',
    { class: fresh.has(id) ? 'new' : '' },
    element('div', { class: 'thumbnail' }, shown),
    remove,
  );
}

function renameForm(label: string, { actions, whyRefused, redraw }: RowContext): HTMLFormElement {
  const input = element('input', {
    value: label,
    dir: 'auto',
    'aria-label': `New name of ${label}`,
    spellcheck: 'false',
  });
  const refusal = element('p', { class: 'error', role: 'alert', hidden: true });
  const save = element('button', { class: 'primary' }, 'Save');
  const cancel = element('button', { type: 'button', click: redraw }, 'Cancel');
  const form = element('form', { class: 'rename', novalidate: true }, input, save, cancel, refusal);
  let merge = false;

  input.addEventListener('input', () => {
    merge = false;
    save.textContent = 'Save';
    refusal.hidden = true;
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

function action(key: string, name: string, label: string, run: () => void): HTMLButtonElement {
  return element(
    'button',
    { type: 'button', class: 'quiet', 'data-key': key, 'aria-label': `${name} ${label}`, click: run },
    name,
  );
}
