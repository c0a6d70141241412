/** A TIFF's own table of contents (TIFF 6.0, section 2, and BigTIFF): which directories are pages, and is their data there? */

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
export function tiffPages(bytes: Uint8Array): TiffPage[] {
  const pages: TiffPage[] = [];
  const others: TiffPage[] = [];
  let directory = 0;
  for (const fields of readDirectories(bytes)) {
    const type = fields.get(tags.newSubfileType)?.[0] ?? 0;
    const isCopy = (type & 0b101) !== 0 || fields.get(tags.subfileType)?.[0] === 2;
    const page = {
      directory,
      complete: isComplete(fields, bytes.length),
      unsupported: whyUnsupported(fields),
    };
    (isCopy ? others : pages).push(page);
    directory++;
  }
  return pages.length > 0 ? pages : others;
}

type Fields = ReadonlyMap<number, readonly number[]>;

function isComplete(fields: Fields, length: number): boolean {
  const offsets = fields.get(tags.stripOffsets) ?? fields.get(tags.tileOffsets) ?? [];
  const counts = fields.get(tags.stripByteCounts) ?? fields.get(tags.tileByteCounts) ?? [];
  return offsets.every((offset, i) => offset + (counts[i] ?? 0) <= length);
}

function whyUnsupported(fields: Fields): string | undefined {
  const format = fields.get(tags.sampleFormat)?.[0] ?? 1;
  // 3 real, 5 and 6 complex numbers.
  if (format === 3 || format > 4) return 'TIFF of floating-point samples';
  const compression = unreadCompressions[fields.get(tags.compression)?.[0] ?? 1];
  if (compression !== undefined) return `TIFF compressed by ${compression}`;
  const colours = unreadColours[fields.get(tags.photometric)?.[0] ?? 1];
  return colours === undefined ? undefined : `TIFF of ${colours} colours`;
}

function* readDirectories(bytes: Uint8Array): Generator<Fields> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = bytes[0] === 0x49;
  const isBig = bytes.length >= 16 && view.getUint16(2, littleEndian) === 43;
  const word = isBig ? 8 : 4;
  const entryLength = isBig ? 20 : 12;
  const read = (at: number, size: number): number => {
    if (at + size > bytes.length) throw new RangeError('outside the file');
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, littleEndian);
    return size === 4 ? view.getUint32(at, littleEndian) : Number(view.getBigUint64(at, littleEndian));
  };
  const seen = new Set<number>();
  try {
    let at = read(isBig ? 8 : 4, word);
    while (at !== 0 && !seen.has(at) && seen.size < maximumDirectories) {
      seen.add(at);
      const entries = Math.min(read(at, isBig ? 8 : 2), maximumEntries);
      const first = at + (isBig ? 8 : 2);
      yield readFields(read, first, entries, entryLength, word);
      at = read(first + entries * entryLength, word);
    }
  } catch (error) {
    // What was read until there counts; a decoder says the rest.
    if (!(error instanceof RangeError)) throw error;
  }
}

function readFields(
  read: (at: number, size: number) => number,
  first: number,
  entries: number,
  entryLength: number,
  word: number,
): Fields {
  const fields = new Map<number, number[]>();
  for (let i = 0; i < entries; i++) {
    const at = first + i * entryLength;
    const tag = read(at, 2);
    const size = bytesOfType[read(at + 2, 2)];
    if (!wanted.has(tag) || size === undefined) continue;
    const count = read(at + 4, word);
    const inline = at + 4 + word;
    const start = count * size <= word ? inline : read(inline, word);
    // One reading outside of the file refuses a count that the file cannot hold.
    read(start + (count - 1) * size, size);
    fields.set(
      tag,
      Array.from({ length: count }, (_, k) => read(start + k * size, size)),
    );
  }
  return fields;
}
