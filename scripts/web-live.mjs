/** Sets up, builds the live page and serves it on localhost: `npm run web-live`, `npm run web-live -- 8080`. */
import { join } from 'node:path';
import { root } from './run.mjs';
import { setUp } from './setup.mjs';

const port = Number(process.argv[2] ?? 4173);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error('Give a port from 0 to 65535, for example: npm run web-live -- 8080');
  process.exit(2);
}
setUp();
const { buildPage } = await import('../examples/web-live/tools/build.js');
const { serve } = await import('../examples/web-live/tools/serve.js');
const folder = join(root, 'examples/web-live/dist');
await buildPage(folder);
try {
  const { url } = await serve({ folder, port });
  console.log(`\nWhich document is this?  ${url}\n\nEnd it with Ctrl+C.`);
} catch (error) {
  if (error.code !== 'EADDRINUSE') throw error;
  console.error(`Port ${port} is taken. Choose another one, for example: npm run web-live -- ${port + 1}`);
  process.exitCode = 1;
}
