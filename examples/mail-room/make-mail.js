/**
 * A mail room's folders, from the drawn documents of this repository: `node make-mail.js FOLDER` makes `types` and `inbox`.
 *
 * The inbox holds what arrives: photos of a phone, one of them HEIC, a bitmap, a scan of several pages as PDF and as TIFF, a letter that was written
 * and never printed, an encrypted and a damaged PDF, and what is no document at all.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const documents = fileURLToPath(new URL('../../fixtures/documents/', import.meta.url));
const types = {
  'insurance-acme-claim-form': 'insurance/claim-form',
  'receipts-corner-shop': 'receipt',
  'id-front': 'id',
};

/** @param {string} folder */
export async function makeMail(folder) {
  const at = (...parts) => join(folder, ...parts);
  for (const [name, label] of Object.entries(types)) {
    mkdirSync(at('types', label), { recursive: true });
    copyFileSync(`${documents}references/${name}.jpg`, at('types', label, '1.jpg'));
  }
  mkdirSync(at('inbox', 'phone'), { recursive: true });
  copyFileSync(`${documents}probes/insurance-acme-claim-form-1.jpg`, at('inbox/phone/IMG_0001.jpg'));
  copyFileSync(`${documents}probes/id-front-2.jpg`, at('inbox/phone/IMG_0002.jpg'));
  copyFileSync(`${documents}probes/unknown-letter.jpg`, at('inbox/phone/IMG_0003.jpg'));
  copyFileSync(`${documents}heic/insurance-acme-claim-form-2.heic`, at('inbox/phone/IMG_0004.HEIC'));
  const old = sharp(`${documents}references/receipts-corner-shop.jpg`).resize({ height: 900 });
  writeFileSync(
    at('inbox/scan.bmp'),
    bitmap(await old.removeAlpha().raw().toBuffer({ resolveWithObject: true })),
  );
  const scan = async (name) => ({
    jpeg: readFileSync(`${documents}references/${name}.jpg`),
    ...(await sharp(`${documents}references/${name}.jpg`).metadata()),
  });
  const [form, receipt] = [await scan('insurance-acme-claim-form'), await scan('receipts-corner-shop')];
  // A batch of both sides: the back of the form is blank.
  writeFileSync(at('inbox/batch.pdf'), pdf([picture(form), { content: '' }, picture(receipt)]));
  const page = { width: 600, height: 850, fit: 'contain', background: 'white' };
  const pages = [
    await sharp(receipt.jpeg).resize(page).removeAlpha().raw().toBuffer(),
    Buffer.alloc(600 * 850 * 3, 255),
  ];
  await sharp(Buffer.concat(pages), { raw: { width: 600, height: 1700, channels: 3, pageHeight: 850 } })
    .tiff()
    .toFile(at('inbox/fax.tiff'));
  const lines = ['To whom it may concern,', 'please find nothing enclosed.', 'Yours faithfully'];
  const text = lines.map((line, i) => `BT /F 14 Tf 72 ${700 - 40 * i} Td (${line}) Tj ET`).join('\n');
  writeFileSync(at('inbox/letter.pdf'), pdf([{ content: text }]));
  const key = '00'.repeat(32);
  const lock = `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >> /ID [<00> <00>] `;
  writeFileSync(at('inbox/secret.pdf'), pdf([{ content: text }], lock));
  writeFileSync(at('inbox/cut.pdf'), '%PDF-1.7 the rest never came');
  writeFileSync(at('inbox/holiday.mp4'), 'no document');
  writeFileSync(at('inbox/notes.txt'), 'no document');
}

/** As old scanners write: 24 bits a pixel, rows from the bottom up, each of whole words. */
function bitmap({ data, info: { width, height } }) {
  const row = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + row * height);
  bytes.write('BM');
  for (const [at, value] of Object.entries({ 2: bytes.length, 10: 54, 14: 40, 18: width, 22: height }))
    bytes.writeUInt32LE(value, Number(at));
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    const from = data.subarray(y * width * 3, (y + 1) * width * 3);
    // Blue comes first.
    for (let x = 0; x < from.length; x++) bytes[54 + (height - 1 - y) * row + x] = from[x + 2 - 2 * (x % 3)];
  }
  return bytes;
}

/** A scanned page: its JPEG, as large as the page. */
function picture({ jpeg, width, height }) {
  return { content: 'q 595 0 0 842 0 0 cm /Im Do Q', image: { jpeg, width, height } };
}

/** By the rules of ISO 32000, with one font and at most one picture a page. */
function pdf(pages, trailer = '') {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  const kids = [];
  for (const { content, image } of pages) {
    const resources = image ? `/XObject << /Im ${objects.length + 1} 0 R >>` : '/Font << /F 3 0 R >>';
    if (image) {
      const { jpeg, width, height } = image;
      const facts = `/Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8`;
      objects.push(
        `<< ${facts} /Filter /DCTDecode /Length ${jpeg.length} >>\nstream\n${jpeg.toString('latin1')}\nendstream`,
      );
    }
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << ${resources} >> /Contents ${objects.length} 0 R >>`,
    );
    kids.push(`${objects.length} 0 R`);
  }
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`;
  let file = '%PDF-1.7\n';
  const offsets = objects.map((object, i) => {
    const offset = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const xref = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  const end = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer}>>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + xref + end, 'latin1');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeMail(process.argv[2] ?? '.');
