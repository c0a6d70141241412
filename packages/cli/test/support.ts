/** A world for the command line: streams that remember, and pages drawn by arithmetic. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import sharp, { type Sharp } from 'sharp';
import { onTestFinished } from 'vitest';
import type { Io, OutputStream } from '../src/io.ts';
import { run } from '../src/run.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Lines of stdout. */
  readonly lines: readonly string[];
}

export interface World {
  readonly signal?: AbortSignal;
  readonly debug?: boolean;
  /** Called with each text that reaches stdout, before it is taken. */
  readonly onStdout?: (text: string) => void;
  readonly terminal?: boolean;
  readonly stdin?: string | Uint8Array;
  readonly canAsk?: boolean;
  readonly surroundings?: Io['surroundings'];
}

export async function docclf(argv: readonly string[], world: World = {}): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const io: Io = {
    stdout: remember((text) => {
      world.onStdout?.(text);
      stdout += text;
    }, world.terminal),
    stderr: remember((text) => {
      stderr += text;
    }, world.terminal),
    signal: world.signal ?? new AbortController().signal,
    debug: world.debug,
    ...(world.stdin !== undefined && { stdin: Readable.from([Buffer.from(world.stdin)]) }),
    canAsk: world.canAsk,
    surroundings: world.surroundings,
  };
  const code = await run(argv, io);
  return { code, stdout, stderr, lines: stdout.split('\n').filter((line) => line !== '') };
}

function remember(take: (text: string) => void, isTTY = false): OutputStream {
  const stream = new Writable({
    write(chunk, _encoding, callback) {
      take(String(chunk));
      callback();
    },
  });
  return Object.assign(stream, { isTTY });
}

/** A folder that is gone after the test. Returns a function that makes paths in it. */
export function temporaryFolder(): (path?: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'docclf-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return (path = '') => join(folder, path);
}

/** Writes page `seed` to `file`, whose ending decides the format; makes the folders. */
export async function writePage(file: string, seed: number): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  await drawPage(seed).toFile(file);
}

/** A page with bars and blocks whose places follow from `seed`: two seeds are two layouts. */
export function drawPage(seed: number, width = 240, height = 320): Sharp {
  const data = Buffer.alloc(width * height * 3, 246);
  let state = seed * 2654435761 + 1;
  const random = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let block = 0; block < 20; block++) {
    const [left, top] = [random(width - 20), random(height - 12)];
    const [wide, high] = [16 + random(width / 2), 4 + random(24)];
    const colour = [random(200), random(200), random(200)];
    for (let y = top; y < Math.min(height, top + high); y++) {
      for (let x = left; x < Math.min(width, left + wide); x++) data.set(colour, (y * width + x) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A TIFF of pages that differ, none of them blank: one half of each is darker. */
export async function writeTiff(file: string, pages: number, side = 64): Promise<void> {
  const data = Buffer.concat(
    Array.from({ length: pages }, (_, i) =>
      Buffer.alloc(side * side * 3)
        .fill(40 + 60 * i)
        .fill(250, (side * side * 3) / 2),
    ),
  );
  await sharp(data, { raw: { width: side, height: side * pages, channels: 3, pageHeight: side } })
    .tiff()
    .toFile(file);
}
