/** libvips shall not keep what a large decoding took. */
import sharp from 'sharp';

type Remembered = ReturnType<typeof sharp.cache>;

let running = 0;
let before: Remembered | undefined;

/**
 * Runs a decoding while libvips remembers nothing. Else it remembers its last hundred operations, and with one that opened a
 * GIF, an AVIF or a progressive JPEG all that its decoder took; its own limit counts only pixels. Emptied afterwards it would
 * be freed on the thread that asks for it. What the process has set is set again.
 */
export async function unremembered<Result>(decoding: () => Promise<Result>): Promise<Result> {
  if (running++ === 0) {
    before = sharp.cache();
    sharp.cache(false);
  }
  try {
    return await decoding();
  } finally {
    if (--running === 0) restore(before!);
  }
}

/** Unless somebody has set something else meanwhile. */
function restore({ memory, files, items }: Remembered): void {
  const now = sharp.cache();
  if (now.memory.max + now.files.max + now.items.max > 0) return;
  sharp.cache({ memory: memory.max, files: files.max, items: items.max });
}
