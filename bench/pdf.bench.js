/**
 * How many pages of a PDF a second, beside `pdftoppm` (poppler-utils) and a classification of its files? And does memory stay
 * flat over 2,000 pages?
 *
 * `npm run bench -- pdf`, or `node bench/pdf.bench.js <pages> <rounds>`.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDocClassifier, createThreadReader } from '@docclf/node';
import { interleave, timed } from './lib/interleave.js';
import { letterPdf, scannedPdf } from './lib/pdfs.js';
import { printHeading, printTable, ratioText } from './lib/report.js';
import { median, pairedRatio } from './lib/statistics.js';

const pages = Number(process.argv[2] ?? 40);
const rounds = Number(process.argv[3] ?? 5);
const execute = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'docclf-bench-'));
const reader = await createThreadReader(createRequire(import.meta.url).resolve('@docclf/pdf/thread'));
const classifier = await createDocClassifier({ readers: [reader] });

async function* pixels(bytes) {
  for await (const page of reader.pages(bytes)) yield page.image;
}

async function classifyAll(sources) {
  let answered = 0;
  for await (const outcome of classifier.classifyMany(sources)) {
    if (!outcome.ok) throw outcome.error;
    answered++;
  }
  if (answered !== pages) throw new Error(`${answered} of ${pages} pages were answered`);
}

let drawn = 0;
/** As people do: every page as a file, then the files. */
async function byFiles(file, options) {
  const out = join(folder, `pages-${drawn++}`);
  await execute('mkdir', [out]);
  await execute('pdftoppm', [...options, file, join(out, 'page')]);
  await classifyAll(readdirSync(out).map((name) => join(out, name)));
  rmSync(out, { recursive: true });
}

printHeading(`pdf: ${pages} pages, docclf beside pdftoppm and classify`);
for (const [name, bytes] of [
  ['scanned, JPEG at 200 dots an inch', await scannedPdf(pages)],
  ['born digital, text and lines', letterPdf(pages)],
]) {
  const file = join(folder, 'pages.pdf');
  writeFileSync(file, bytes);
  const times = await interleave(
    {
      docclf: () => timed(() => classifyAll(pixels(bytes))),
      'pdftoppm -r 150 -jpeg': () => timed(() => byFiles(file, ['-r', '150', '-jpeg'])),
      'pdftoppm, as few pixels as docclf': () => timed(() => byFiles(file, ['-scale-to', '512', '-png'])),
    },
    { rounds, warmUp: 1 },
  );
  const { docclf, ...others } = times;
  printTable(
    [name, 'pages/s', 'docclf is faster by'],
    [
      ['docclf', (pages * 1000) / median(docclf), '1'],
      ...Object.entries(others).map(([way, measured]) => [
        way,
        (pages * 1000) / median(measured),
        ratioText(pairedRatio(measured, docclf)),
      ]),
    ],
  );
}

const many = 2000;
const resident = [];
let number = 0;
for await (const _ of reader.pages(await scannedPdf(many))) {
  if (++number % 250 === 0) resident.push(Math.round(process.memoryUsage().rss / 2 ** 20));
}
console.log(`  resident MiB after every 250 of ${number} scanned pages: ${resident.join(', ')}`);

await classifier.close();
reader.close();
rmSync(folder, { recursive: true });
