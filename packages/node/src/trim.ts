/**
 * `docclf-trim`: removes the runtimes of other platforms, which onnxruntime-node brings all together, from `node_modules`.
 * For images of containers and archives of functions; installing again brings them back.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

export interface Trimmed {
  /** The folder of the runtime that stays. */
  readonly kept: string;
  readonly freedBytes: number;
}

/** Graphics processors, which docclf does not use; fetched by onnxruntime-node's install script. */
const ofGraphicsProcessors = /providers_(cuda|tensorrt|shared)\./;

/**
 * @param runtime the folder of onnxruntime-node
 * @throws Error when it has no runtime for the platform; nothing is removed then
 */
export function trim(runtime: string, platform: string, arch: string): Trimmed {
  const builds = join(runtime, 'bin');
  const versions = readdirSync(builds);
  const kept = versions.map((version) => join(builds, version, platform, arch)).find(existsSync);
  if (kept === undefined) {
    const there = versions.flatMap((version) => readdirSync(join(builds, version)));
    throw new Error(
      `Expected a runtime for ${platform} ${arch} in ${builds}, which has ${there.join(', ')}.`,
    );
  }
  let freedBytes = 0;
  for (const file of readdirSync(builds, { recursive: true, encoding: 'utf8' })) {
    const path = join(builds, file);
    const stays = dirname(path) === kept && !ofGraphicsProcessors.test(file);
    if (stays || !statSync(path).isFile()) continue;
    freedBytes += statSync(path).size;
    rmSync(path);
  }
  return { kept, freedBytes };
}

/** Of the program in the working directory, or of `@docclf/node` in it. */
function runtimeFolder(): string {
  const fromProgram = createRequire(join(process.cwd(), 'program.js'));
  const fromPackage = createRequire(fromProgram.resolve('@docclf/node/package.json'));
  // The package names no door to its package.json in all of its versions: its main file is `dist/index.js`.
  return dirname(dirname(fromPackage.resolve('onnxruntime-node')));
}

export function main(): void {
  const { values } = parseArgs({
    options: {
      platform: { type: 'string', default: process.platform },
      arch: { type: 'string', default: process.arch },
    },
  });
  const { kept, freedBytes } = trim(runtimeFolder(), values.platform, values.arch);
  console.log(`Kept ${kept}, freed ${Math.round(freedBytes / 1e6)} MB.`);
}
