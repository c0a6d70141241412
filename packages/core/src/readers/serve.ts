/** The reader's side of the connection: in its thread. */
import { toWire } from '../wire-error.ts';
import type { PageReader, ReadPage } from './contract.ts';
import type { FromReader, Port, ToReader } from './messages.ts';

type Work =
  | { readonly kind: 'page'; readonly results: AsyncGenerator<ReadPage, void, void> }
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
    if (message.kind === 'end') return port.send({ kind: 'done' });
    const { bytes, options } = message;
    if (message.kind === 'pages') work = { kind: 'page', results: reader.pages(bytes, options) };
    else work = { kind: 'file', results: reader.split!(bytes, message.parts, options) };
    port.send({ kind: 'opened' });
  }

  // One after the other: a generator that is drawing a page is not asked for another.
  let turn: Promise<void> = Promise.resolve();
  port.receive((message) => {
    turn = turn
      .then(() => answer(message))
      .catch((error) => port.send({ kind: 'failed', error: toWire(error) }));
  });
  const { formats, tooCostly, split } = reader;
  port.send({ kind: 'ready', formats, tooCostly, splits: split !== undefined });
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
  const data = message.kind === 'file' ? message.bytes : pixelsOf(message)?.data;
  // A view of something larger is copied.
  return data && data.byteLength === data.buffer.byteLength ? [data.buffer] : [];
}

const pixelsOf = (message: FromReader) =>
  message.kind === 'page' && 'image' in message.page ? message.page.image : undefined;
