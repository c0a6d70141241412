// A route handler by both bundlers of Next: as the documentation configures it, alone in a folder of its own, and with no
// configuration at all.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectCode, expectLabel, withServer } from './serving.mjs';

const next = 'node_modules/next/dist/bin/next';
const [, documented] = /```js\n(export default \{\n {2}serverExternalPackages.*?)```/s.exec(
  readFileSync('servers.md', 'utf8'),
);
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', HOSTNAME: 'localhost' };

async function ask(post) {
  await expectLabel(post);
  await expectCode(400, post, new Blob(['no image']));
}

for (const bundler of ['--turbopack', '--webpack']) {
  const build = (config) => {
    writeFileSync('next.config.mjs', config);
    execFileSync(process.execPath, [next, 'build', bundler], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  };
  build('export default {};');
  await withServer([process.execPath, next, 'start'], { env }, ask);
  console.log(`next build ${bundler}: answers`);

  build(documented);
  const cwd = mkdtempSync(join(tmpdir(), 'docclf-next-'));
  cpSync('.next/standalone', cwd, { recursive: true, verbatimSymlinks: true });
  cpSync('form.jpg', join(cwd, 'form.jpg'));
  await withServer([process.execPath, 'server.js'], { env, cwd }, ask);
  console.log(`next build ${bundler}, standalone: answers`);
}
