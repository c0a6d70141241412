/** Opens what was built in Chromium, under the policy of the README, and reads its answer. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env.CHROMIUM_PATH ?? places.find((path) => existsSync(path));
const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
  const name = path.endsWith('/') ? `${path}index.html` : path;
  const file = [join('out', name), join('.', name)].find(
    (each) => existsSync(each) && statSync(each).isFile(),
  );
  if (file === undefined) return void response.writeHead(404).end();
  response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
  response.end(readFileSync(file));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => document.querySelector('output')?.textContent, undefined, {
    timeout: 120_000,
  });
  const answer = await page.textContent('output');
  if (answer !== 'accepted: id/front, in a worker, 1 thread') throw new Error(answer);
  const wasm = readdirSync('out', { recursive: true }).filter((file) => file.endsWith('.wasm'));
  if (wasm.length !== 1) throw new Error(`ships ${wasm}`);
} finally {
  await browser.close();
  server.close();
}
