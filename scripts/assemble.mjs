/**
 * `node scripts/assemble.mjs FILE.wat MODULE.ts NAME`: a WebAssembly module, assembled and written as a TypeScript module that
 * exports it under NAME, in base64.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

/**
 * The module of a file, as base64.
 *
 * @param {string | URL} file
 */
export async function assemble(file) {
  const { parseWat } = await wabt();
  const module = parseWat(String(file), readFileSync(file, 'utf8'), { simd: true });
  return Buffer.from(module.toBinary({}).buffer).toString('base64');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [from, to, name] = process.argv.slice(2);
  const lines = (await assemble(from)).match(/.{1,100}/g).map((line) => `  '${line}'`);
  writeFileSync(
    to,
    `/** ${relative('.', from)}, assembled by \`npm run kernel\`: a WebAssembly module in base64. */\nexport const ${name} =\n${lines.join(' +\n')};\n`,
  );
}
