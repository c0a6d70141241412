/** What a file is, by its name and, where that says nothing, by its first bytes. */
import { canReadHeic, heicPackage } from '../pages/readers.ts';

/** `image` and `pdf` can be read; any other is why a file of a folder is left out. */
export type FileKind = 'image' | 'pdf' | LeftOutKind;

export type LeftOutKind = keyof typeof leftOutKinds;

const withoutHeic = `HEIC without ${heicPackage}`;

/** How many are counted, in words; `harmless` ones are no documents that somebody may have meant. */
export const leftOutKinds = {
  HEIC: { one: withoutHeic, many: withoutHeic, harmless: false },
  picture: { one: 'picture of another format', many: 'pictures of another format', harmless: false },
  video: { one: 'video', many: 'videos', harmless: false },
  sound: { one: 'sound', many: 'sounds', harmless: false },
  office: { one: 'office document', many: 'office documents', harmless: false },
  text: { one: 'text', many: 'texts', harmless: false },
  mail: { one: 'e-mail', many: 'e-mails', harmless: false },
  archive: { one: 'archive', many: 'archives', harmless: false },
  linkedFolder: { one: 'linked folder', many: 'linked folders', harmless: false },
  brokenLink: { one: 'broken link', many: 'broken links', harmless: false },
  special: { one: 'pipe, socket or device', many: 'pipes, sockets or devices', harmless: false },
  other: { one: 'of another kind', many: 'of another kind', harmless: false },
  gallery: { one: 'gallery', many: 'galleries', harmless: true },
  hidden: { one: 'hidden', many: 'hidden', harmless: true },
} as const;

/** Read where its package is installed. */
const heic: FileKind = canReadHeic ? 'image' : 'HEIC';

const endings: readonly (readonly [FileKind, string])[] = [
  ['image', 'jpg jpeg png webp tif tiff avif gif bmp dib'],
  ['pdf', 'pdf'],
  [heic, 'heic heif'],
  ['picture', 'svg psd jp2 jxl ico cr2 cr3 nef arw dng xcf ai eps djvu'],
  ['video', 'mp4 mov avi mkv webm m4v mpg mpeg 3gp wmv'],
  ['sound', 'mp3 wav m4a ogg flac amr aac wma'],
  ['office', 'doc docx xls xlsx ppt pptx odt ods odp rtf pages numbers key'],
  ['text', 'txt csv md json ndjson xml html htm log yml yaml'],
  ['mail', 'eml msg mbox'],
  ['archive', 'zip 7z rar tar gz tgz bz2 xz zst'],
  ['gallery', 'docclf db sqlite sqlite3'],
];

const kindsByEnding: ReadonlyMap<string, FileKind> = new Map(
  endings.flatMap(([kind, list]) => list.split(' ').map((ending) => [ending, kind] as const)),
);

/** Undefined when the name does not tell, as for uploads without an ending. */
export function kindByName(name: string): FileKind | undefined {
  // What file managers leave in every folder is hidden from their users too.
  if (name.startsWith('.') || /^(thumbs\.db|desktop\.ini)$/i.test(name)) return 'hidden';
  const ending = /\.([^.]+)$/.exec(name)?.[1];
  return ending === undefined ? undefined : kindsByEnding.get(ending.toLowerCase());
}

/** How many first bytes `kindByBytes` wants: a PDF may begin after a header of something else. */
export const headLength = 1024;

export function kindByBytes(head: Uint8Array): FileKind | undefined {
  const at = (from: number, text: string) =>
    Buffer.from(head.subarray(from, from + text.length)).toString('latin1') === text;
  if (isTiff(head) || at(0, '\u00ff\u00d8\u00ff') || at(0, '\u0089PNG') || at(0, 'GIF8')) return 'image';
  if (at(0, 'RIFF') && at(8, 'WEBP')) return 'image';
  if (at(4, 'ftyp')) {
    const brand = Buffer.from(head.subarray(8, 12)).toString('latin1');
    if (/^avi[fs]$/.test(brand)) return 'image';
    return /^(he[iv][a-z]|mif1|msf1)$/.test(brand) ? heic : undefined;
  }
  if (Buffer.from(head).includes('%PDF-')) return 'pdf';
  // The size of the second header, since two letters alone begin many a text.
  return at(0, 'BM') && /^[(l|]$/.test(String.fromCharCode(head[14] ?? 0)) ? 'image' : undefined;
}

/** Little and big endian, each also as BigTIFF: the one format of images with pages of their own. */
export function isTiff(head: Uint8Array): boolean {
  const start = Buffer.from(head.subarray(0, 4)).toString('latin1');
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(start);
}
