/**
 * A registry for as long as a test runs: what is published to it is kept in memory, every other package comes from the
 * registry that npm is set up with.
 */
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { root } from '../run.mjs';

/** @returns {Promise<{ url: string, packages: Map<string, object>, close(): Promise<void> }>} */
export async function startRegistry() {
  const upstream = npmRegistry();
  const packages = new Map();
  const tarballs = new Map();

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname).slice(1);
    if (request.method === 'PUT') {
      publish(JSON.parse(await textOf(request)));
      return answer(response, 201, { ok: true });
    }
    if (request.method !== 'GET') return answer(response, 404, {});
    if (tarballs.has(path)) return response.end(tarballs.get(path));
    if (packages.has(path)) return answer(response, 200, packages.get(path));
    if (path.startsWith('@docclf/')) return answer(response, 404, { error: 'not published here' });
    response.writeHead(302, { location: new URL(request.url.slice(1), upstream).href }).end();
  });

  /** The document that `npm publish` sends: one version, and its tarball in base64. */
  function publish({ name, versions, _attachments, 'dist-tags': tags }) {
    const before = packages.get(name);
    packages.set(name, {
      name,
      versions: { ...before?.versions, ...versions },
      'dist-tags': { ...before?.['dist-tags'], ...tags },
    });
    for (const [file, { data }] of Object.entries(_attachments)) {
      tarballs.set(`${name}/-/${file}`, Buffer.from(data, 'base64'));
    }
  }

  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `http://localhost:${server.address().port}/`,
    packages,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function npmRegistry() {
  const options = { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' };
  return execFileSync('npm', ['config', 'get', 'registry'], options).trim();
}

async function textOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
