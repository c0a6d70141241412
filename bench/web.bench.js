/**
 * What does the browser cost: the network beside onnxruntime-node, the page while it classifies, the bytes
 * that must be transferred, and a gallery of 10,000 references loaded from IndexedDB?
 *
 * `npm run bench -- web`, or `node bench/web.bench.js <rounds> <transfer, network, blocking or loading>`. Needs
 * Chromium.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { createDocClassifier } from '@docclf/node';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { build } from 'vite';
import { chromiumFlags, chromiumMissing, chromiumPath } from '../scripts/chromium.mjs';
import { interleave } from './lib/interleave.js';
import { makePhotographs, twelveMegapixels } from './lib/photographs.js';
import { printHeading, printTable, ratioText } from './lib/report.js';
import { median, pairedRatio, quantile } from './lib/statistics.js';
import { servePage } from './lib/web-server.js';

if (chromiumPath === undefined) {
  console.log(`skipped: ${chromiumMissing}`);
  process.exit(0);
}
const rounds = Number(process.argv[2] ?? 15);
const folder = mkdtempSync(join(tmpdir(), 'docclf-web-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const [least, measured] = [join(folder, 'least'), join(folder, 'page')];
await buildPage('web-least', least);
await buildPage('web-page', measured);
const photographs = await makePhotographs(4, twelveMegapixels);
for (const [i, file] of photographs.entries()) copyFileSync(file, join(measured, `${i}.jpg`));

const server = await servePage(measured);
const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumFlags });
const page = await browser.newPage();
await page.goto(`${server.url}/index.html`);
await page.waitForFunction(() => 'measured' in globalThis);

const parts = {
  transfer: measureTransfer,
  network: measureNetwork,
  blocking: measureBlocking,
  loading: async () => {
    for (const dimension of [256, 512]) await measureLoading(dimension, 10_000);
  },
};
for (const [name, measure] of Object.entries(parts)) {
  if (process.argv[3] === undefined || process.argv[3] === name) await measure();
}

await browser.close();
await server.close();

/**
 * @param {string} name
 * @param {...unknown} values
 * @returns {Promise<any>}
 */
function call(name, ...values) {
  return page.evaluate(
    // @ts-expect-error: what the page defines
    ([method, given]) => globalThis.measured[method](...given),
    /** @type {[string, unknown[]]} */ ([name, values]),
  );
}

/**
 * @param {string} name
 * @param {string} outDir
 */
async function buildPage(name, outDir) {
  const root = fileURLToPath(new URL(`lib/${name}`, import.meta.url));
  await build({
    root,
    configFile: false,
    base: './',
    logLevel: 'error',
    build: { outDir, target: 'es2022' },
  });
}

async function measureTransfer() {
  printHeading('Transfer: the least page, built by Vite, by file');
  // What the page asks for; Vite also copies what only other options would fetch.
  /** @type {Set<string>} */
  const asked = new Set();
  const served = await servePage(least, (path) => asked.add(path));
  const visitor = await browser.newPage();
  await visitor.goto(`${served.url}/index.html`);
  await visitor.waitForFunction(() => 'classifier' in globalThis);
  await visitor.close();
  await served.close();
  const assets = [...asked]
    .map((path) => ({ name: basename(path), bytes: readFileSync(join(least, path)) }))
    .map(({ name, bytes }) => ({
      name,
      raw: bytes.length,
      gzip: gzipSync(bytes, { level: 9 }).length,
      brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length,
    }))
    .sort((a, b) => b.raw - a.raw);
  const kilobytes = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(1);
  const sum = (/** @type {'raw' | 'gzip' | 'brotli'} */ kind) =>
    assets.reduce((all, file) => all + file[kind], 0);
  printTable(
    ['kB', 'raw', 'gzip', 'brotli'],
    [
      ...assets.map(({ name, raw, gzip, brotli }) => [name, ...[raw, gzip, brotli].map(kilobytes)]),
      ['all', ...[sum('raw'), sum('gzip'), sum('brotli')].map(kilobytes)],
    ],
  );
}

async function measureNetwork() {
  printHeading('The network alone: Chromium, WebAssembly, beside onnxruntime-node with one thread');
  const node = await createDocClassifier({ threads: 1 });
  const { width } = node.embedder.manifest.input;
  const data = new Uint8Array(3 * width * width).fill(128);
  const threads = {
    one: await call('open', 'one', { threads: 1 }),
    two: await call('open', 'two', { threads: 2 }),
  };
  const times = await interleave(
    {
      node: async () =>
        (await node.embedder.embed([{ data, width, height: width, channels: 3 }]))[0].timings.infer,
      one: () => call('infer', 'one', width),
      two: () => call('infer', 'two', width),
    },
    { rounds: 4 * rounds, warmUp: 8 },
  );
  await node.close();
  const row = (/** @type {string} */ name, /** @type {number[]} */ values) => [
    name,
    median(values),
    quantile(values, 0.1),
    ratioText(pairedRatio(values, times.node)),
  ];
  printTable(
    ['milliseconds', 'median', 'fastest tenth', 'of onnxruntime-node'],
    [
      row('onnxruntime-node, 1 thread', times.node),
      row(`Chromium, ${threads.one} thread`, times.one),
      row(`Chromium, ${threads.two} threads`, times.two),
    ],
  );
}

async function measureBlocking() {
  printHeading(
    '`classify` of 12 megapixels, beside Node on the same picture; the longest wait of the page meanwhile',
  );
  const node = await createDocClassifier({ threads: 1 });
  /** @type {(string | number)[][]} */
  const table = [];
  for (const [form, worker] of /** @type {[string, boolean][]} */ ([
    ['file', true],
    ['image', true],
    ['bitmap', true],
    ['canvas', true],
    ['imageData', true],
    ['frame', true],
    ['file', false],
  ])) {
    const name = `blocking-${worker}`;
    await call('open', name, { worker });
    /** @type {Record<'busy' | 'idle', { frame: number, turn: number, total: number }>[]} */
    const found = [];
    /** @type {number[]} */
    const inNode = [];
    // The first of each is for warming up.
    for (let round = 0; round <= rounds; round++) {
      const picture = `${round % 4}.jpg`;
      const source = await nodeSource(form, join(measured, picture));
      const start = performance.now();
      await node.classify(source);
      inNode.push(performance.now() - start);
      found.push(await call('blocking', name, form, picture));
    }
    found.shift();
    inNode.shift();
    const middle = (/** @type {'busy' | 'idle'} */ when, /** @type {'frame' | 'turn' | 'total'} */ what) =>
      median(found.map((one) => one[when][what]));
    table.push([
      `${form === 'frame' ? '720p frame' : form}${worker ? '' : ', without a worker'}`,
      middle('busy', 'total'),
      median(inNode),
      ratioText(
        pairedRatio(
          found.map(({ busy }) => busy.total),
          inNode,
        ),
      ),
      middle('busy', 'turn'),
      middle('idle', 'turn'),
      middle('busy', 'frame'),
      middle('idle', 'frame'),
    ]);
  }
  await node.close();
  printTable(
    ['milliseconds, medians', 'classify', 'in Node', 'ratio', 'turn', 'turn, idle', 'frame', 'frame, idle'],
    table,
  );
}

/**
 * What Node has of the same picture: the file, or the pixels where the page has pixels.
 *
 * @param {string} form
 * @param {string} file
 */
async function nodeSource(form, file) {
  if (form !== 'imageData' && form !== 'frame') return file;
  const picture = form === 'frame' ? sharp(file).resize(1280, 720, { fit: 'fill' }) : sharp(file);
  const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: /** @type {4} */ (info.channels) };
}

/**
 * @param {number} dimension
 * @param {number} count
 */
async function measureLoading(dimension, count) {
  printHeading(
    `IndexedDB: ${count.toLocaleString('en')} references of ${dimension} dimensions, to the first answer`,
  );
  const registration = await call('fill', dimension, count);
  /** @type {Set<string>} */
  const answers = new Set();
  const way = (/** @type {string} */ name) => async () => {
    const { milliseconds, best } = await call('load', dimension, name);
    answers.add(best);
    return milliseconds;
  };
  const times = await interleave({ docclf: way('docclf'), rows: way('rows') }, { rounds, warmUp: 2 });
  if (answers.size !== 1) throw new Error('The two found different references.');
  printTable(
    ['milliseconds', 'median', 'fastest tenth'],
    [
      ['docclf', median(times.docclf), quantile(times.docclf, 0.1)],
      ['one row a reference, by a cursor', median(times.rows), quantile(times.rows, 0.1)],
    ],
  );
  console.log(`  docclf is ${ratioText(pairedRatio(times.rows, times.docclf))} as fast.`);
  console.log(
    `  Registered ${((1000 * count) / registration).toFixed(0)} references a second, 1,000 a commit.\n`,
  );
}
