/** PDFs written by hand (ISO 32000): scans, one JPEG a page, and letters, text and lines. */
import sharp from 'sharp';
import { randomFrom } from './random.js';

const [a4Wide, a4High] = [595, 842];

/** @param {number} pages */
export async function scannedPdf(pages) {
  const pictures = await Promise.all(
    // A few are enough: nobody compares the pages.
    [1, 2, 3, 4].map((seed) => drawScan(seed)),
  );
  const images = pictures.map((jpeg) =>
    stream(
      '/Type /XObject /Subtype /Image /Width 1654 /Height 2339 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode',
      jpeg,
    ),
  );
  const content = `q ${a4Wide} 0 0 ${a4High} 0 0 cm /Im Do Q`;
  return pdf(pages, images, (page, first) => ({
    resources: `/XObject << /Im ${first + (page % images.length)} 0 R >>`,
    content,
  }));
}

/** @param {number} pages */
export function letterPdf(pages) {
  const font = Buffer.from('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  return pdf(pages, [font], (page, first) => ({
    resources: `/Font << /F ${first} 0 R >>`,
    content: letter(page),
  }));
}

/** A page at 200 dots an inch, as a scanner compresses it. */
async function drawScan(seed) {
  const [width, height] = [1654, 2339];
  const data = Buffer.alloc(width * height * 3, 246);
  const random = randomFrom(seed);
  for (let line = 0; line < 55; line++) {
    const top = 120 + line * 38;
    for (let left = 150; left < 1500; ) {
      const wide = 12 + Math.floor(random() * 90);
      if (random() < 0.8)
        for (let y = top; y < top + 20; y++)
          data.fill(40 + Math.floor(random() * 40), (y * width + left) * 3, (y * width + left + wide) * 3);
      left += wide + 14;
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .rotate(random() - 0.5, { background: '#f2f0ea' })
    .resize(width, height, { fit: 'cover' })
    .jpeg({ quality: 80 })
    .toBuffer();
}

function letter(page) {
  const random = randomFrom(page);
  const words = () =>
    Array.from({ length: 9 }, () =>
      Array.from({ length: 3 + Math.floor(random() * 7) }, () =>
        String.fromCharCode(97 + random() * 26),
      ).join(''),
    ).join(' ');
  const lines = Array.from({ length: 48 }, (_, i) => `1 0 0 1 60 ${780 - i * 15} Tm (${words()}) Tj`);
  const table = Array.from({ length: 12 }, (_, i) => `60 ${60 + 14 * i} m 540 ${60 + 14 * i} l S`);
  return `BT /F 10 Tf ${lines.join('\n')} ET\n0.2 0.3 0.6 rg 60 800 180 24 re f\n${table.join('\n')}`;
}

function stream(dictionary, data) {
  return Buffer.concat([
    Buffer.from(`<< ${dictionary} /Length ${data.length} >>\nstream\n`),
    Buffer.from(data),
    Buffer.from('\nendstream'),
  ]);
}

/** @param {(page: number, firstShared: number) => { resources: string, content: string }} pageOf */
function pdf(pages, shared, pageOf) {
  const firstPage = 3;
  const firstShared = firstPage + 2 * pages;
  const kids = Array.from({ length: pages }, (_, i) => `${firstPage + 2 * i} 0 R`).join(' ');
  const objects = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from(`<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`),
  ];
  for (let page = 0; page < pages; page++) {
    const { resources, content } = pageOf(page, firstShared);
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${a4Wide} ${a4High}] /Resources << ${resources} >> /Contents ${firstPage + 2 * page + 1} 0 R >>`,
      ),
      stream('', Buffer.from(content)),
    );
  }
  objects.push(...shared);
  const parts = [Buffer.from('%PDF-1.7\n')];
  let length = parts[0].length;
  const offsets = [];
  for (const [i, object] of objects.entries()) {
    offsets.push(length);
    const whole = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    parts.push(whole);
    length += whole.length;
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}
