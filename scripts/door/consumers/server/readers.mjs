// As the README of @docclf/node reads PDFs and HEIC photos: by packages of their own, in threads.
import { readFileSync, writeFileSync } from 'node:fs';
import { createDocClassifier, createThreadReader, decodeImage } from '@docclf/node';

/** A PDF of one page that is the picture. Readers of PDFs find the objects without a table too. */
function pdfOf(jpeg, { width, height }) {
  const stream = (dictionary, bytes) =>
    Buffer.concat([
      Buffer.from(`<< ${dictionary} /Length ${bytes.length} >>\nstream\n`),
      bytes,
      Buffer.from('\nendstream'),
    ]);
  const objects = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    Buffer.from(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>`,
    ),
    stream('', Buffer.from('595 0 0 842 0 0 cm /I Do')),
    stream(
      `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode`,
      jpeg,
    ),
  ];
  const parts = objects.flatMap((object, i) => [
    Buffer.from(`${i + 1} 0 obj\n`),
    object,
    Buffer.from('\nendobj\n'),
  ]);
  return Buffer.concat([
    Buffer.from('%PDF-1.4\n'),
    ...parts,
    Buffer.from('trailer << /Root 1 0 R >>\n%%EOF\n'),
  ]);
}

writeFileSync('letter.pdf', pdfOf(readFileSync('form.jpg'), (await decodeImage('form.jpg')).image));
const readers = await Promise.all(
  ['@docclf/pdf/thread', '@docclf/heic/thread'].map((name) =>
    createThreadReader(import.meta.resolve(name), { seconds: 20 }),
  ),
);
const classifier = await createDocClassifier({ readers });
await classifier.register('form.jpg', { label: 'insurance/acme/claim-form' });
const { label } = await classifier.classify('letter.pdf');
if (label !== 'insurance/acme/claim-form') throw new Error(`answered ${label}`);
const { image } = await decodeImage('turned.heic', { readers });
if (!(image.width > 0)) throw new Error('no pixels');
await classifier.close();
for (const reader of readers) await reader.close();
console.log('ok');
