/**
 * What does the worst upload cost that is accepted, against a photograph of 12 megapixels?
 *
 * Each picture in a process of its own: its time as a ratio of the photograph's in the same process, the memory that the
 * process came to take on top of its own, and the longest time for which the event loop did nothing else: of work (on
 * Linux), since waiting for a core that another program has is none of ours, and by the clock.
 * `npm run bench -- uploads`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDocClassifier } from '@docclf/node';
import sharp from 'sharp';
import { printHeading, printTable } from './lib/report.js';

const plain = (width, height) =>
  sharp({ create: { width, height, channels: 3, background: '#eee' }, limitInputPixels: false });
const pictures = {
  'JPEG, 64 megapixels': () => plain(8000, 8000).jpeg(),
  'JPEG, 256 megapixels': () => plain(16000, 16000).jpeg(),
  'JPEG, 256 megapixels of odd sides': () => plain(16001, 15999).jpeg(),
  'progressive JPEG, 98 megapixels': () => plain(9900, 9900).jpeg({ progressive: true }),
  'PNG, 4 megapixels': () => plain(2000, 2000).png(),
  'PNG, 98 megapixels': () => plain(9900, 9900).png(),
  'interlaced PNG, 98 megapixels': () => plain(9900, 9900).png({ progressive: true }),
  'GIF, 98 megapixels': () => plain(9900, 9900).gif(),
  'WebP, 98 megapixels': () => plain(9900, 9900).webp(),
  'TIFF (LZW), 98 megapixels': () => plain(9900, 9900).tiff({ compression: 'lzw' }),
  'AVIF, 33 megapixels': () => plain(5790, 5790).avif({ effort: 0 }),
};

async function measure(photograph, file, beside) {
  const classifier = await createDocClassifier();
  const timed = async (work) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const usual = [];
  for (let i = 0; i < 5; i++) usual.push(await timed(() => classifier.classify(photograph)));
  const before = process.resourceUsage().maxRSS;
  const clocks = [workOfThread, () => performance.now()];
  const last = clocks.map((clock) => clock());
  const longest = clocks.map(() => 0);
  const timer = setInterval(() => {
    for (const [i, clock] of clocks.entries()) {
      const now = clock();
      longest[i] = Math.max(longest[i], now - last[i]);
      last[i] = now;
    }
  }, 1);
  const took = await timed(() =>
    Promise.all(Array.from({ length: beside }, () => classifier.classify(file))),
  );
  clearInterval(timer);
  const milliseconds = usual.sort((a, b) => a - b)[2];
  const megabytes = Math.round((process.resourceUsage().maxRSS - before) / 1024);
  console.log(
    JSON.stringify({ ratio: took / milliseconds, megabytes, blocks: longest.map(Math.round), took }),
  );
  await classifier.close();
}

/** Milliseconds. */
function workOfThread() {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

async function main() {
  printHeading('uploads: the worst pictures that are accepted');
  const folder = mkdtempSync(join(tmpdir(), 'docclf-uploads-'));
  try {
    const photograph = join(folder, 'photograph.jpg');
    await plain(4000, 3000).jpeg().toFile(photograph);
    const rows = [];
    for (const [name, make] of Object.entries(pictures)) {
      const file = join(folder, 'picture');
      const { size } = await make().toFile(file);
      for (const beside of name.startsWith('GIF') ? [1, 4] : [1]) {
        const script = fileURLToPath(import.meta.url);
        const answer = execFileSync(process.execPath, [script, photograph, file, String(beside)], {
          encoding: 'utf8',
        });
        const { ratio, megabytes, blocks, took } = JSON.parse(answer);
        const title = beside === 1 ? name : `${beside} at once: ${name}`;
        rows.push([
          title,
          `${Math.ceil(size / 1000)} kB`,
          `${ratio.toFixed(1)} times`,
          `${Math.round(took)} ms`,
          `${megabytes} MB`,
          `${blocks[0]} ms (${blocks[1]})`,
        ]);
      }
    }
    printTable(
      ['picture', 'file', 'time of a photograph', 'here', 'memory', 'longest block (by the clock)'],
      rows,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [photograph, file, beside] = process.argv.slice(2);
if (file === undefined) await main();
else await measure(photograph, file, Number(beside));
