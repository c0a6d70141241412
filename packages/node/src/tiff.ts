/** A TIFF's own table of contents (TIFF 6.0, section 2, and BigTIFF): which directories are pages, and is their data there? */
import { stepsAtOnce, type Walk } from '@docclf/preprocess/image-file';

export interface TiffPage {
  /** Which directory of the file this is, as the decoder counts them. */
  readonly directory: number;
  /** Whether its strips or tiles lie within the file. */
  readonly complete: boolean;
  /** What keeps the decoder from reading it rightly; undefined for what it reads. */
  readonly unsupported: string | undefined;
}

/** A file that lists more is no document, and a chain may lead back to where it began. */
const maximumDirectories = 10_000;
const maximumEntries = 4096;
/** Tables that lie over one another cost more than the size of the file explains; a few are shared by honest writers. */
const readingsOfEachByte = 4;

const tags = {
  newSubfileType: 254,
  subfileType: 255,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  stripByteCounts: 279,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
};
const wanted: ReadonlySet<number> = new Set(Object.values(tags));
const bytesOfType: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8 };

/** Of what scanners and cameras write, the kinds that sharp's binaries fail on or read as black. */
const unreadCompressions: Readonly<Record<number, string>> = {
  50000: 'Zstandard',
  34925: 'LZMA',
  34887: 'LERC',
};
const unreadColours: Readonly<Record<number, string>> = { 8: 'CIELab', 9: 'ICCLab', 10: 'ITULab' };

/** The pages; a reduced copy of a page and a mask are none. Empty when the bytes hold no readable directory. */
export function* tiffPages(bytes: Uint8Array): Walk<TiffPage[]> {
  const pages: TiffPage[] = [];
  const others: TiffPage[] = [];
  const file = openTiff(bytes);
  try {
    let directory = 0;
    for (const fields of readDirectories(file)) {
      const first = (tag: number) => {
        const field = fields.get(tag);
        return field === undefined ? undefined : numberAt(file, field, 0);
      };
      const isCopy = ((first(tags.newSubfileType) ?? 0) & 0b101) !== 0 || first(tags.subfileType) === 2;
      const complete = yield* isComplete(file, fields);
      (isCopy ? others : pages).push({ directory, complete, unsupported: whyUnsupported(first) });
      directory++;
      yield;
    }
  } catch (error) {
    // What was read until there counts; a decoder says the rest.
    if (!(error instanceof RangeError)) throw error;
  }
  return pages.length > 0 ? pages : others;
}

/** A table of numbers in the file. */
interface Field {
  readonly size: number;
  readonly count: number;
  readonly start: number;
}

type Fields = ReadonlyMap<number, Field>;

function* isComplete(file: Tiff, fields: Fields): Walk<boolean> {
  const offsets = fields.get(tags.stripOffsets) ?? fields.get(tags.tileOffsets);
  const counts = fields.get(tags.stripByteCounts) ?? fields.get(tags.tileByteCounts);
  for (let i = 0; i < (offsets?.count ?? 0); i++) {
    const length = counts !== undefined && i < counts.count ? numberAt(file, counts, i) : 0;
    if (numberAt(file, offsets!, i) + length > file.length) return false;
    if (i % stepsAtOnce === stepsAtOnce - 1) yield;
  }
  return true;
}

function whyUnsupported(first: (tag: number) => number | undefined): string | undefined {
  const format = first(tags.sampleFormat) ?? 1;
  // 3 real, 5 and 6 complex numbers.
  if (format === 3 || format > 4) return 'TIFF of floating-point samples';
  const compression = unreadCompressions[first(tags.compression) ?? 1];
  if (compression !== undefined) return `TIFF compressed by ${compression}`;
  const colours = unreadColours[first(tags.photometric) ?? 1];
  return colours === undefined ? undefined : `TIFF of ${colours} colours`;
}

/** A file in which numbers can be looked up, so often as its size explains. */
interface Tiff {
  readonly isBig: boolean;
  readonly length: number;
  /** @throws RangeError outside of the file */
  read(at: number, size: number): number;
  /** @throws RangeError when more is to be read than the file can hold */
  spend(bytes: number): void;
}

function openTiff(bytes: Uint8Array): Tiff {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = bytes[0] === 0x49;
  const isBig = bytes.length >= 16 && view.getUint16(2, littleEndian) === 43;
  let left = bytes.length * readingsOfEachByte;
  return {
    isBig,
    length: bytes.length,
    read(at, size) {
      if (at + size > bytes.length) throw new RangeError('outside the file');
      if (size === 1) return view.getUint8(at);
      if (size === 2) return view.getUint16(at, littleEndian);
      return size === 4 ? view.getUint32(at, littleEndian) : Number(view.getBigUint64(at, littleEndian));
    },
    spend(bytes) {
      left -= bytes;
      if (left < 0) throw new RangeError('more tables than the file can hold');
    },
  };
}

function numberAt({ read }: Tiff, { start, size }: Field, index: number): number {
  return read(start + index * size, size);
}

function* readDirectories(file: Tiff): Generator<Fields> {
  const { isBig, read } = file;
  const word = isBig ? 8 : 4;
  const entryLength = isBig ? 20 : 12;
  const seen = new Set<number>();
  let at = read(isBig ? 8 : 4, word);
  while (at !== 0 && !seen.has(at) && seen.size < maximumDirectories) {
    seen.add(at);
    const entries = read(at, isBig ? 8 : 2);
    const first = at + (isBig ? 8 : 2);
    if (entries > maximumEntries) return;
    file.spend(entries * entryLength);
    yield readFields(file, first, entries, entryLength, word);
    at = read(first + entries * entryLength, word);
  }
}

function readFields(file: Tiff, first: number, entries: number, entryLength: number, word: number): Fields {
  const { read } = file;
  const fields = new Map<number, Field>();
  for (let i = 0; i < entries; i++) {
    const at = first + i * entryLength;
    const tag = read(at, 2);
    const size = bytesOfType[read(at + 2, 2)];
    if (!wanted.has(tag) || size === undefined) continue;
    const count = read(at + 4, word);
    if (count === 0) continue;
    const inline = at + 4 + word;
    const start = count * size <= word ? inline : read(inline, word);
    // One reading outside of the file refuses a count that the file cannot hold.
    read(start + (count - 1) * size, size);
    file.spend(count * size);
    fields.set(tag, { size, count, start });
  }
  return fields;
}
