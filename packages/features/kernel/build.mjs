/** `node kernel/build.mjs`: assembles blur.wat into src/blur-bytes.ts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

/** The module of blur.wat, as base64. */
export async function assemble() {
  const source = readFileSync(new URL('blur.wat', import.meta.url), 'utf8');
  const { parseWat } = await wabt();
  const module = parseWat('blur.wat', source, { simd: true });
  return Buffer.from(module.toBinary({}).buffer).toString('base64');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = (await assemble()).match(/.{1,100}/g).map((line) => `  '${line}'`);
  writeFileSync(
    new URL('../src/blur-bytes.ts', import.meta.url),
    `/** kernel/blur.wat, assembled by kernel/build.mjs: a WebAssembly module in base64. */\nexport const blurBytes =\n${lines.join(' +\n')};\n`,
  );
}
