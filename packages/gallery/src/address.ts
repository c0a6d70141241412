/** What a text that names a gallery means, in a program and on the command line alike. */

export interface GalleryAddress {
  /** Whether its galleries are files of this machine. */
  readonly isFile: boolean;
  /** The package whose store opens it: ours, or for `redis://…` the one named `docclf-gallery-redis`. */
  readonly package: string;
}

const servers: Readonly<Record<string, string>> = {
  postgres: '@docclf/gallery-pgvector',
  postgresql: '@docclf/gallery-pgvector',
  chroma: '@docclf/gallery-chroma',
  chromas: '@docclf/gallery-chroma',
};

/** `documents.docclf` is a gallery file, `documents.db` an SQLite database, `postgres://…` a server. */
export function parseAddress(address: string): GalleryAddress {
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme !== undefined) {
    return { isFile: false, package: servers[scheme] ?? `docclf-gallery-${scheme}` };
  }
  const isDatabase = /\.(db|sqlite3?)$/i.test(address);
  return { isFile: true, package: isDatabase ? '@docclf/gallery-sqlite' : '@docclf/node' };
}

/** The address as it may be shown: without a password. */
export function shownAddress(address: string): string {
  return address.replace(/^([a-z][a-z\d+.-]*:\/\/[^/?#@]*?):[^/?#]*@/i, '$1:***@');
}
