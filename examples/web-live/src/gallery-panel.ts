/** The gallery: what is registered, and all that can be done with it. */
import { decodeSnapshot } from '@docclf/gallery/snapshot';
import {
  DocclfError,
  exportGallery,
  importGallery,
  negativeLabel,
  type Reference,
  type WebClassifier,
} from '@docclf/web';
import { nameOf } from './answer.ts';
import { download, part, plural } from './elements.ts';
import { explain } from './explain.ts';
import { createGalleryTree } from './gallery-tree.ts';
import { labelTree } from './label-tree.ts';
import type { Messages } from './messages.ts';
import { registerAgain } from './register-again.ts';
import type { Thumbnails } from './thumbnails.ts';

/** Fewer are seen at a glance. */
const fewLabels = 8;

export interface GalleryPanel {
  /** Reads the gallery and draws it; `fresh` ids are pointed out. */
  refresh(fresh?: readonly string[]): Promise<void>;
  /** Brings a label's row into sight. */
  reveal(label: string): void;
  /** Merges a gallery file: what is there already stays as it is. */
  importFile(file: File): Promise<void>;
}

export function createGalleryPanel(
  classifier: WebClassifier,
  thumbnails: Thumbnails,
  messages: Messages,
  onChange: (labels: readonly string[]) => void,
): GalleryPanel {
  const { gallery } = classifier;
  const title = part('gallery-title', HTMLElement);
  const filter = part('gallery-filter', HTMLInputElement);
  const unfold = part('unfold', HTMLButtonElement);
  const summary = part('gallery-summary', HTMLElement);
  const tree = createGalleryTree(part('tree', HTMLUListElement), title, {
    thumbnails,
    actions: { rename, removeLabel, removeReference: (reference) => remove(reference.label, [reference]) },
    whyRefused(error) {
      const { title: what, advice } = explain(error);
      return { text: `${what}. ${advice}`, canMerge: DocclfError.is(error, 'LABEL_EXISTS') };
    },
  });
  let named: readonly Reference[] = [];
  let negatives: readonly Reference[] = [];
  let isUnfolded = false;

  async function refresh(fresh: readonly string[] = []): Promise<void> {
    const references: Reference[] = [];
    for await (const reference of gallery.references()) references.push(reference);
    references.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
    thumbnails.update(references);
    negatives = references.filter(({ label }) => label === negativeLabel);
    named = references.filter(({ label }) => label !== negativeLabel);
    const labels = [...new Set(named.map(({ label }) => label))].sort();
    // What has just come is seen, whatever was looked for before.
    if (fresh.length > 0) filter.value = '';
    part('gallery-empty', HTMLElement).hidden = references.length > 0;
    part('gallery-tools', HTMLElement).hidden = labels.length < fewLabels;
    part('export', HTMLButtonElement).disabled = references.length === 0;
    draw(new Set(fresh));
    onChange(labels);
  }

  function draw(fresh: ReadonlySet<string> = new Set()): void {
    const wanted = filter.value.trim().toLocaleLowerCase();
    const found = named.filter(({ label }) => label.toLocaleLowerCase().includes(wanted));
    const count = new Set(found.map(({ label }) => label)).size;
    const isFiltered = wanted !== '';
    const total = found.length + (isFiltered ? 0 : negatives.length);
    tree.draw({ roots: labelTree(found), negatives: isFiltered ? [] : negatives, fresh, isFiltered });
    summary.textContent =
      named.length + negatives.length === 0
        ? ''
        : `${plural(count, 'document')}${isFiltered ? ' found' : ''}, ${plural(total, 'picture')}`;
  }

  filter.addEventListener('input', () => draw());
  unfold.addEventListener('click', () => {
    isUnfolded = !isUnfolded;
    unfold.textContent = isUnfolded ? 'Fold all' : 'Unfold all';
    tree.fold(isUnfolded);
  });

  async function rename(from: string, to: string, merge: boolean): Promise<void> {
    if (to !== from) await classifier.rename(from, to, { merge });
    await refresh();
    messages.say(`${from} is called ${to} now.`);
  }

  async function removeLabel(label: string): Promise<void> {
    const removed: Reference[] = [];
    for await (const reference of gallery.references({ within: label })) removed.push(reference);
    await remove(label, removed);
  }

  /** Removes at once and offers to take it back, which disturbs less than to ask. */
  async function remove(label: string, references: readonly Reference[]): Promise<void> {
    try {
      const [only] = references;
      await classifier.remove(references.length === 1 ? { id: only!.id } : { label });
    } catch (error) {
      messages.complain(error);
      return;
    }
    await refresh();
    messages.notify(`Deleted ${plural(references.length, 'picture')} of ${nameOf(label)}.`, {
      name: 'Undo',
      run: () => void putBack(label, references),
      returnTo: title,
    });
  }

  async function putBack(label: string, references: readonly Reference[]): Promise<void> {
    try {
      await gallery.add(references);
      await refresh(references.map(({ id }) => id));
      messages.say(`${nameOf(label)} is back.`);
    } catch (error) {
      messages.complain(error);
    }
  }

  /** Takes over the pictures of a gallery of another model. */
  async function adopt(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      const { references } = await decodeSnapshot(bytes);
      const { registered, withoutPicture } = await registerAgain(classifier, references);
      await refresh();
      const lost = withoutPicture > 0 ? ` ${plural(withoutPicture, 'other')} had no picture.` : '';
      messages.notify(`Registered ${plural(registered, 'picture')} again.${lost}`);
    } catch (error) {
      messages.complain(error);
    }
  }

  async function exportFile(): Promise<void> {
    download(await exportGallery(gallery), 'documents.docclf');
    messages.say('The file is in your downloads.');
  }

  part('export', HTMLButtonElement).addEventListener('click', () => {
    exportFile().catch((error) => messages.complain(error));
  });

  return {
    refresh,
    reveal(label) {
      filter.value = '';
      draw();
      tree.reveal(label);
    },
    async importFile(file) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      try {
        const count = await importGallery(gallery, bytes, { existing: 'keep' });
        await refresh();
        messages.notify(
          count > 0 ? `Imported ${plural(count, 'picture')}.` : 'All of this file was here already.',
        );
      } catch (error) {
        const isForeign = DocclfError.is(error, 'GALLERY_SPACE_MISMATCH');
        messages.complain(
          error,
          isForeign ? { name: 'Register its pictures again', run: () => void adopt(bytes) } : undefined,
        );
      }
    },
  };
}
