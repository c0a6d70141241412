/** "Nothing leaves the process": in a fresh process with an empty home, as the system sees it (needs a build). */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { turnOffTelemetry } from '../src/telemetry.ts';

// A package that depends on @docclf/node by name, so that what is published is loaded.
const consumer = fileURLToPath(new URL('../../../examples/node-quickstart', import.meta.url));
const photo = fileURLToPath(new URL('../../../fixtures/documents/probes/id-back-1.jpg', import.meta.url));
const commandLine = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));
const built = existsSync(new URL('../dist/index.js', import.meta.url)) && existsSync(commandLine);
const hasStrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
const hasNamespace = spawnSync('unshare', ['--user', '--map-root-user', '--net', 'true']).status === 0;

const classifyOnce = `
  const { createDocClassifier } = await import('@docclf/node');
  const classifier = await createDocClassifier();
  const image = { data: new Uint8Array(64 * 64 * 3).fill(200), width: 64, height: 64, channels: 3 };
  await classifier.register(image, { label: 'a' });
  const { status } = await classifier.classify(image);
  await classifier.close();
  console.log(status);
`;
const inWorker = `
  const { Worker } = await import('node:worker_threads');
  const { writeFileSync, rmSync } = await import('node:fs');
  writeFileSync(process.env.HOME + '.mjs', ${JSON.stringify(classifyOnce)}.replace("'@docclf/node'", JSON.stringify(import.meta.resolve('@docclf/node'))));
  new Worker(process.env.HOME + '.mjs', { env: {}, execArgv: [] }).on('exit', () => rmSync(process.env.HOME + '.mjs'));
`;
const entries: Record<string, string[]> = {
  'the library': ['--input-type=module', '--eval', classifyOnce],
  'the library in a worker thread': ['--input-type=module', '--eval', inWorker],
  'the command line': [commandLine, 'embed', photo],
};

let folder: string;
let home: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docclf-silence-'));
  home = mkdtempSync(join(folder, 'home-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, args: readonly string[]): string {
  const env = { PATH: process.env.PATH, HOME: home };
  return execFileSync(command, args, { cwd: consumer, env, encoding: 'utf8' });
}

/** The system calls of a process and its threads that reach for a network: an address of IPv4 or IPv6. */
function networkCalls(args: readonly string[]): string[] {
  const log = join(folder, 'strace.log');
  const trace = ['-f', '-qq', '-e', 'trace=connect,sendto,sendmsg,sendmmsg', '-o', log];
  run('strace', [...trace, process.execPath, ...args]);
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes('AF_INET'));
}

describe.skipIf(!built).each(Object.entries(entries))('%s', (_, args) => {
  it('leaves an empty home empty', () => {
    expect(run(process.execPath, args)).not.toBe('');
    expect(readdirSync(home)).toEqual([]);
  });

  it.skipIf(!hasStrace)('makes no network call (needs strace)', () => {
    expect(networkCalls(args)).toEqual([]);
  });

  it.skipIf(!hasNamespace)('does its work without a network (needs unshare)', () => {
    const namespace = ['--user', '--map-root-user', '--net', process.execPath];
    expect(run('unshare', [...namespace, ...args])).not.toBe('');
    expect(readdirSync(home)).toEqual([]);
  });
});

it.skipIf(!hasStrace)('would see a network call', () => {
  const call = `(await import('node:net')).connect(9, '127.0.0.1').on('error', () => {})`;
  expect(networkCalls(['--input-type=module', '--eval', call])).not.toEqual([]);
});

describe('turnOffTelemetry', () => {
  const before = process.env.ORT_DISABLE_TELEMETRY;
  afterEach(() => {
    if (before === undefined) delete process.env.ORT_DISABLE_TELEMETRY;
    else process.env.ORT_DISABLE_TELEMETRY = before;
  });

  it('sets what the runtime asks for', async () => {
    delete process.env.ORT_DISABLE_TELEMETRY;
    await turnOffTelemetry();
    expect(process.env.ORT_DISABLE_TELEMETRY).toBe('1');
  });

  it('leaves a setting of the user', async () => {
    process.env.ORT_DISABLE_TELEMETRY = '0';
    await turnOffTelemetry();
    expect(process.env.ORT_DISABLE_TELEMETRY).toBe('0');
  });
});
