/** PDFs written by hand, from the rules of ISO 32000. */

export interface MadePage {
  /** Width and height in points. Default 200 x 300. */
  readonly size?: readonly [number, number];
  readonly crop?: readonly [number, number, number, number];
  readonly rotate?: 0 | 90 | 180 | 270;
  /** Operators of the content stream. */
  readonly content?: string;
}

export function makePdf(pages: readonly MadePage[], trailer = ''): Uint8Array {
  const objects: string[] = ['<< /Type /Catalog /Pages 2 0 R >>'];
  const kids = pages.map((_, i) => `${3 + 2 * i} 0 R`).join(' ');
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  for (const [i, { size = [200, 300], crop, rotate = 0, content = '' }] of pages.entries()) {
    const cropBox = crop ? ` /CropBox [${crop.join(' ')}]` : '';
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${size.join(' ')}]${cropBox} /Rotate ${rotate} /Resources << >> /Contents ${4 + 2 * i} 0 R >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  return fileOf(objects, trailer);
}

/** A page that draws a form of so many forms of so many forms…: a small file that takes long. */
export function formBomb(levels: number, width: number): Uint8Array {
  const stream = (dictionary: string, content: string) =>
    `<< ${dictionary} /Length ${content.length} >>\nstream\n${content}\nendstream`;
  const next = (number: number) => `/Resources << /XObject << /F ${number} 0 R >> >>`;
  const forms = Array.from({ length: levels }, (_, level) => {
    const isLast = level === levels - 1;
    const content = isLast ? '0 0 1 rg 0 0 9 9 re f' : '/F Do '.repeat(width);
    return stream(`/Type /XObject /Subtype /Form /BBox [0 0 9 9] ${isLast ? '' : next(6 + level)}`, content);
  });
  return fileOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] ${next(5)} /Contents 4 0 R >>`,
    stream('', '/F Do'),
    ...forms,
  ]);
}

/** A page of a scanner: a JPEG as large as the page, and what else is asked for. */
export function scannedPdf(
  jpeg: Uint8Array,
  facts: {
    readonly image?: string;
    readonly content?: string;
    readonly page?: string;
    readonly size?: readonly [number, number];
  } = {},
): Uint8Array {
  const { image = '/Width 40 /Height 60 /ColorSpace /DeviceRGB', page = '', size = [200, 300] } = facts;
  const { content = `q ${size[0]} 0 0 ${size[1]} 0 0 cm /Im Do Q` } = facts;
  const binary = Array.from(jpeg, (byte) => String.fromCharCode(byte)).join('');
  return fileOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${size.join(' ')}] ${page} /Resources << /XObject << /Im 5 0 R >> /Font << /F 6 0 R >> >> /Contents 4 0 R >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    `<< /Type /XObject /Subtype /Image ${image} /BitsPerComponent 8 /Filter /DCTDecode /Length ${binary.length} >>\nstream\n${binary}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]);
}

function fileOf(objects: readonly string[], trailer = ''): Uint8Array {
  let file = '%PDF-1.7\n';
  const offsets = objects.map((object, i) => {
    const offset = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const xref = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer}>>\nstartxref\n${xref}\n%%EOF\n`;
  // A character a byte.
  return Uint8Array.from(file, (character) => character.charCodeAt(0));
}
