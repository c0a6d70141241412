/** From one store to another: every reference, as it is, and proof that it arrived. */
import { assertSameSpace, DocclfError, type Existing, type Reference, type WithSignal } from '@docclf/core';
import {
  abortSignal,
  callback,
  checkOptions,
  flag,
  type OptionTable,
  oneOf,
  throwIfAborted,
} from '@docclf/core/implementer';
import { createChecksum, digestOf } from './digest.ts';
import type { StoreGallery } from './gallery.ts';

/** References of one write. A store that rewrites its file at each commit wants few writes, memory wants small ones. */
const batchSize = 2000;

const operation = 'Copying the gallery';

export interface CopyOptions extends WithSignal {
  /** What to do with a reference whose id the target has with another content. Default `error`. */
  readonly existing?: Existing | undefined;
  /** Default true. False leaves thumbnails and other attachments behind. */
  readonly attachments?: boolean | undefined;
  /** Called after each step with the number of references that are done, of `total`. */
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
}

const copyOptions: OptionTable<CopyOptions> = {
  existing: oneOf('error', 'keep', 'replace'),
  attachments: flag,
  onProgress: callback,
  signal: abortSignal,
};

export interface CopyProgress {
  readonly step: 'compare' | 'copy' | 'verify';
  readonly done: number;
  readonly total: number;
}

export interface CopyReport {
  /** References of the source. */
  readonly references: number;
  /** Written by this call. The rest was there already: `references - written - kept`. */
  readonly written: number;
  /** With `existing: 'keep'`: left as the target has them, which is another content. */
  readonly kept: number;
  /** References of the target that the source has not. */
  readonly others: number;
  /** Hex. Of the references copied, whatever the store and order; computed from both sides, and equal. */
  readonly checksum: string;
}

/**
 * Copies all references of one gallery to another, then reads the target and compares.
 *
 * Nothing of the target is removed. A call that was interrupted is resumed by the same call: what is there
 * already, to the last bit, is not written again.
 *
 * @throws GALLERY_SPACE_MISMATCH, REFERENCE_EXISTS, LABEL_CONFLICT, CAPABILITY_UNSUPPORTED when the target keeps no
 *   attachments, GALLERY_COPY_DIFFERS when something else wrote to either meanwhile or a store lost something, ABORTED
 */
export async function copyGallery(
  source: StoreGallery,
  target: StoreGallery,
  options?: CopyOptions,
): Promise<CopyReport> {
  const asked = checkOptions('copyGallery', options, copyOptions);
  const { existing = 'error', attachments = true, signal, onProgress } = asked;
  assertSameSpace(target.space, source.space);
  const total = await source.size();
  const present = new Map<string, string>();
  const before = await target.size();
  for await (const [reference, digest] of digests(target, signal)) {
    present.set(reference.id, digest);
    onProgress?.({ step: 'compare', done: present.size, total: before });
  }

  const batchLength = Math.min(batchSize, target.store.capabilities.maximumBatch);
  /** What the target must have at the end. */
  const expected = new Map<string, string>();
  const sum = createChecksum();
  let batch: Reference[] = [];
  let references = 0;
  let written = 0;
  let kept = 0;

  async function write(): Promise<void> {
    throwIfAborted(signal, operation);
    await target.add(batch, { existing, signal });
    written += batch.length;
    batch = [];
    onProgress?.({ step: 'copy', done: references, total });
  }

  for await (const [reference, digest, bytes] of digests(source, signal, attachments)) {
    references++;
    const there = present.get(reference.id);
    const differs = there !== undefined && there !== digest;
    if (differs && existing === 'error') {
      const { id, label } = (await target.get(reference.id)) ?? reference;
      throw new DocclfError('REFERENCE_EXISTS', { id, label });
    }
    if (differs && existing === 'keep') {
      kept++;
      continue;
    }
    expected.set(reference.id, digest);
    sum.add(bytes);
    if (there === digest) continue;
    batch.push(reference);
    if (batch.length === batchLength) await write();
  }
  if (batch.length > 0) await write();

  const checksum = createChecksum();
  let compared = 0;
  let others = 0;
  const different: string[] = [];
  for await (const [{ id }, digest, bytes] of digests(target, signal)) {
    const wanted = expected.get(id);
    expected.delete(id);
    if (wanted === undefined) others++;
    else if (wanted !== digest) different.push(id);
    else checksum.add(bytes);
    onProgress?.({ step: 'verify', done: ++compared, total: references });
  }
  const wrong = [...different, ...expected.keys()];
  if (wrong.length > 0 || String(checksum) !== String(sum)) {
    const id = wrong[0] ?? 'none';
    throw new DocclfError('GALLERY_COPY_DIFFERS', {
      missing: expected.size,
      different: different.length,
      id,
    });
  }
  return { references, written, kept, others: others - kept, checksum: String(checksum) };
}

async function* digests(
  gallery: StoreGallery,
  signal: AbortSignal | undefined,
  attachments = true,
): AsyncGenerator<[Reference, digest: string, bytes: Uint8Array], void, void> {
  for await (const whole of gallery.references({ signal })) {
    const reference = attachments ? whole : { ...whole, attachments: {} };
    const bytes = await digestOf(reference);
    yield [reference, String.fromCharCode(...bytes), bytes];
  }
}
