/**
 * What the threads of neutral packages use of Node: the one file of each that is started and not imported. Not published.
 */
declare module 'node:worker_threads' {
  export const parentPort: {
    postMessage(message: unknown, transfer?: readonly ArrayBufferLike[]): void;
    on(event: 'message', listener: (message: never) => void): void;
  } | null;
}

/** Where a package's own file lies, as Node and browsers both tell. */
interface ImportMeta {
  url: string;
}
