/** From nothing to a classifier that is ready, with a bar while the model comes; and the page of what went wrong. */
import { createDocClassifier, type GalleryStore, type WebClassifier } from '@docclf/web';
import { element, part } from './elements.ts';
import { explain, technical } from './explain.ts';
import { hasSimd, NoSimdError } from './simd.ts';

type MainState = 'loading' | 'failure' | 'work';

/** Shows one of the page's three faces. */
export function show(state: MainState): void {
  part('main', HTMLElement).dataset.state = state;
  for (const id of ['loading', 'failure', 'work'] as const) part(id, HTMLElement).hidden = id !== state;
}

/**
 * Loads the model and opens the gallery in the store.
 *
 * @throws NoSimdError, MODEL_*, RUNTIME_FAILED, GALLERY_*
 */
export async function loadClassifier(gallery: GalleryStore): Promise<WebClassifier> {
  if (!hasSimd()) throw new NoSimdError();
  const bar = part('loading-progress', HTMLProgressElement);
  const text = part('loading-text', HTMLElement);
  return createDocClassifier({
    gallery,
    thumbnails: true,
    onProgress({ loadedBytes, totalBytes }) {
      if (loadedBytes < totalBytes) {
        bar.value = loadedBytes / totalBytes;
        text.textContent = `${megabytes(loadedBytes)} of ${megabytes(totalBytes)} MB`;
      } else {
        // How long the rest takes nobody tells.
        bar.removeAttribute('value');
        text.textContent = 'Checking and starting it …';
      }
    },
  });
}

export interface WayOut {
  readonly name: string;
  run(): Promise<unknown>;
}

/** Shows what went wrong and what can be done; the first way out is the recommended one. */
export function showFailure(error: unknown, waysOut: readonly WayOut[]): void {
  const { title, advice } = explain(error);
  const heading = part('failure-title', HTMLElement);
  heading.textContent = title;
  part('failure-advice', HTMLElement).textContent = advice;
  part('failure-technical', HTMLElement).textContent = technical(error);
  part('failure-actions', HTMLElement).replaceChildren(
    ...waysOut.map(({ name, run }, i) =>
      element('button', { type: 'button', class: i === 0 ? 'primary' : '', click: () => void run() }, name),
    ),
  );
  show('failure');
  heading.focus();
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
