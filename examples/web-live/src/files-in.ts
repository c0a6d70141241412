/** All ways in which files come into the page: dropped, pasted, chosen. */
import { part } from './elements.ts';

export interface FilesIn {
  onPictures(files: readonly File[]): void;
  onGallery(file: File): void;
}

/** How a gallery file begins; see `@docclf/gallery`. */
const galleryMagic = '\x89DCG';

export function listenForFiles({ onPictures, onGallery }: FilesIn): void {
  const overlay = part('drop', HTMLElement);

  async function take(files: readonly File[]): Promise<void> {
    const galleries = await Promise.all(files.map(isGallery));
    const gallery = files[galleries.indexOf(true)];
    if (gallery) onGallery(gallery);
    const pictures = files.filter((_, i) => !galleries[i]);
    if (pictures.length > 0) onPictures(pictures);
  }

  chooser('choose', 'files', onPictures);
  chooser('import', 'gallery-files', ([file]) => file && onGallery(file));

  addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    overlay.hidden = false;
  });
  addEventListener('dragleave', (event) => {
    // Left the window, not only one element of it.
    if (event.relatedTarget === null) overlay.hidden = true;
  });
  addEventListener('drop', (event) => {
    overlay.hidden = true;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void take(files);
  });
  addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) void take(files);
  });
}

/** A button that opens a file dialogue. */
function chooser(buttonId: string, inputId: string, onFiles: (files: readonly File[]) => void): void {
  const input = part(inputId, HTMLInputElement);
  part(buttonId, HTMLButtonElement).addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    // So that choosing the same file again is a change.
    input.value = '';
    if (files.length > 0) onFiles(files);
  });
}

async function isGallery(file: File): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, galleryMagic.length).arrayBuffer());
  return [...galleryMagic].every((character, i) => start[i] === character.charCodeAt(0));
}
