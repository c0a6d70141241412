/** Pictures of references, as URLs that the page can show. They lie in the browser's memory only. */
import type { Reference } from '@docclf/web';

export interface Thumbnails {
  /** Makes URLs for these references and forgets all others. */
  update(references: readonly Reference[]): void;
  /** Undefined when the reference was registered without a picture. */
  urlOf(id: string): string | undefined;
}

export function createThumbnails(): Thumbnails {
  const urls = new Map<string, string>();
  return {
    update(references) {
      const present = new Set(references.map(({ id }) => id));
      for (const [id, url] of urls) {
        if (present.has(id)) continue;
        URL.revokeObjectURL(url);
        urls.delete(id);
      }
      for (const { id, attachments } of references) {
        const bytes = attachments.thumbnail as Uint8Array<ArrayBuffer> | undefined;
        if (bytes && !urls.has(id))
          urls.set(id, URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' })));
      }
    },
    urlOf: (id) => urls.get(id),
  };
}
