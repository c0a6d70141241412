/** Downloads that tell how far they are, and are given up when they stall. */

/** Bytes of all that is fetched before the first answer: the runtime, the network and what belongs to it. */
export interface LoadProgress {
  readonly loadedBytes: number;
  /** An estimate until the runtime has been fetched: servers do not tell how large a compressed file will be. */
  readonly totalBytes: number;
}

export interface Downloads {
  /** Announces a file, so that the total is known before its first byte. */
  expect(file: string, bytes: number): void;
  /** Counts bytes that came from elsewhere; of a file that was not announced none count. */
  count(file: string, bytes: number): void;
  /** All of it is here: what came, or what was announced where nobody could count. */
  finish(file: string): void;
  /** As `fetch`; its bytes count for `file`. */
  fetch(file: string, url: string, init?: RequestInit): Promise<Response>;
}

export interface DownloadOptions {
  readonly onProgress: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which a download is given up. */
  readonly stallTimeout: number;
}

export function createDownloads(options: DownloadOptions): Downloads {
  const { onProgress, signal, stallTimeout } = options;
  // Ours before anybody puts another in its place.
  const { fetch } = globalThis;
  const files = new Map<string, { loaded: number; total: number }>();

  function tell(): void {
    let [loadedBytes, totalBytes] = [0, 0];
    for (const { loaded, total } of files.values()) {
      loadedBytes += loaded;
      totalBytes += total;
    }
    onProgress({ loadedBytes, totalBytes });
  }

  function count(file: string, bytes: number): void {
    const counted = files.get(file);
    if (counted === undefined) return;
    const loaded = counted.loaded + bytes;
    files.set(file, { loaded, total: Math.max(counted.total, loaded) });
    tell();
  }

  async function watched(file: string, url: string, init: RequestInit = {}): Promise<Response> {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stalled = () => controller.abort(new Error(`no byte came for ${stallTimeout / 1000} seconds`));
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(stalled, stallTimeout);
    };
    const giveUp = () => controller.abort(signal?.reason);
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted) giveUp();
    controller.signal.addEventListener('abort', end, { once: true });
    wait();
    try {
      const response = await fetch(url, { ...init, signal: controller.signal });
      if (response.body === null || !response.ok) {
        end();
        return response;
      }
      const counter = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, out) {
          wait();
          count(file, chunk.length);
          out.enqueue(chunk);
        },
        flush: end,
      });
      const { status, statusText, headers } = response;
      return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
    } catch (error) {
      end();
      throw error;
    }
  }

  return {
    expect(file, total) {
      files.set(file, { loaded: files.get(file)?.loaded ?? 0, total });
      tell();
    },
    count,
    finish(file) {
      const { loaded = 0, total = 0 } = files.get(file) ?? {};
      files.set(file, { loaded: loaded || total, total: loaded || total });
      tell();
    },
    fetch: watched,
  };
}
