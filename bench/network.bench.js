/**
 * How long does the network alone take, beside PP-LCNet 0.5 with the published head?
 *
 * onnxruntime-node, one thread, one image, both sessions in one process. `npm run bench -- network`, or
 * `node bench/network.bench.js <rounds>`.
 */
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { manifestFile, openSession, readModelCard } from './lib/by-hand.js';
import { interleave, timed } from './lib/interleave.js';
import { untrainedLcnet } from './lib/lcnet.js';
import { randomFrom } from './lib/random.js';
import { printHeading, printTable, ratioText } from './lib/report.js';
import { median, pairedRatio, quantile } from './lib/statistics.js';

const rounds = Number(process.argv[2] ?? 400);
// A single run is too short for a steady clock; more than a few would let a neighbour in between the two ways.
const runsARound = 1;

printHeading('network: one image, one thread, without decoding and resizing');

const card = await readModelCard();
const lcnetFile = untrainedLcnet();
const sessions = {
  [card.id]: await openSession(card),
  'LCNet 0.5': await InferenceSession.create(lcnetFile, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }),
};

const random = randomFrom(2);
const pixels = Float32Array.from({ length: 3 * 128 * 128 }, () => 4 * random() - 2);
const image = new Tensor('float32', pixels, [1, 3, 128, 128]);
const times = await interleave(
  Object.fromEntries(
    Object.entries(sessions).map(([name, session]) => [
      name,
      async () =>
        (await timed(async () => {
          for (let i = 0; i < runsARound; i++) await session.run({ [session.inputNames[0]]: image });
        })) / runsARound,
    ]),
  ),
  { rounds, warmUp: 20 },
);
const bytes = {
  [card.id]: (await readFile(new URL(card.file, manifestFile))).length,
  'LCNet 0.5': lcnetFile.length,
};
printTable(
  ['network', 'milliseconds', 'fastest tenth', 'MB of file'],
  Object.entries(times).map(([name, values]) => [
    name,
    median(values).toFixed(2),
    quantile(values, 0.1).toFixed(2),
    (bytes[name] / 1e6).toFixed(2),
  ]),
);
console.log(
  `  ${card.id}: ${ratioText(pairedRatio(times[card.id], times['LCNet 0.5']))} the time of LCNet 0.5.\n`,
);
