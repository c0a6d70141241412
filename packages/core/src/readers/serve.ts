/** The reader's side of the connection: in its thread. */
import { toWire } from '../wire-error.ts';
import type { PageReader, ReadPage, ScannedPage } from './contract.ts';
import type { FromReader, Port, ToReader } from './messages.ts';

type Work =
  | { readonly kind: 'page'; readonly results: AsyncGenerator<ReadPage | ScannedPage, void, void> }
  | { readonly kind: 'file'; readonly results: AsyncGenerator<Uint8Array, void, void> };

/** Answers who asks through the port. A reader that cannot be made is a message too. */
export async function serveReader(
  port: Port<FromReader, ToReader>,
  createReader: () => PageReader | Promise<PageReader>,
): Promise<void> {
  let reader: PageReader;
  try {
    reader = await createReader();
  } catch (error) {
    port.send({ kind: 'failed', error: toWire(error) });
    return;
  }
  let work: Work | undefined;
  const end = async () => {
    await work?.results.return();
    work = undefined;
  };

  async function answer(message: ToReader): Promise<void> {
    if (message.kind === 'next') {
      const result = work && (await nextOf(work));
      if (result === undefined) return port.send({ kind: 'done' });
      return port.send(result, buffersOf(result));
    }
    await end();
    if (message.kind === 'end') return port.send({ kind: 'done', isSpent: reader.isSpent });
    const { bytes, options } = message;
    work =
      message.kind === 'split'
        ? { kind: 'file', results: reader.split!(bytes, message.parts, options) }
        : { kind: 'page', results: reader[message.kind]!(bytes, options) };
    port.send({ kind: 'opened' });
  }

  // One after the other: a generator that is drawing a page is not asked for another.
  let turn: Promise<void> = Promise.resolve();
  port.receive((message) => {
    turn = turn
      .then(() => answer(message))
      .catch((error) => port.send({ kind: 'failed', error: toWire(error) }));
  });
  const { formats, tooCostly, split, scans } = reader;
  port.send({ kind: 'ready', formats, tooCostly, splits: split !== undefined, scans: scans !== undefined });
}

async function nextOf(work: Work): Promise<FromReader | undefined> {
  if (work.kind === 'file') {
    const { value } = await work.results.next();
    return value instanceof Uint8Array ? { kind: 'file', bytes: value } : undefined;
  }
  const { value } = await work.results.next();
  if (!value) return undefined;
  return { kind: 'page', page: 'error' in value ? { ...value, error: toWire(value.error) } : value };
}

function buffersOf(message: FromReader): ArrayBufferLike[] {
  const data = message.kind === 'file' ? message.bytes : message.kind === 'page' && dataOf(message.page);
  // A view of something larger is copied.
  return data && data.byteLength === data.buffer.byteLength ? [data.buffer] : [];
}

function dataOf(page: Extract<FromReader, { kind: 'page' }>['page']) {
  if ('jpeg' in page) return page.jpeg;
  return 'image' in page && page.image.data;
}
