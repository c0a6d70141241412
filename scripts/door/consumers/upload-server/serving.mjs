// A server of its own process: started, asked like a form asks, and ended as a container ends it.
import { execFileSync, spawn } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createServer } from 'node:net';

const patience = 60_000;

/** The line of the README that makes the gallery. */
export async function makeGallery() {
  await cp('form.jpg', 'documents/insurance/acme/claim-form/1.jpg');
  await cp('id.jpg', 'documents/id/front/1.jpg');
  const register = ['register', 'documents/', '--gallery', 'documents.docclf'];
  execFileSync('npx', ['-y', '@docclf/cli', ...register], { shell: process.platform === 'win32' });
}

/** Answers of `POST /classify` with a file, or with none. */
export async function withServer([command, ...args], options, use) {
  const port = await freePort();
  const env = { ...(options.env ?? process.env), PORT: String(port) };
  const child = spawn(command, args, { ...options, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const post = async (file) => {
    const body = new FormData();
    if (file) body.set('image', file, 'photo.jpg');
    const response = await fetch(`http://localhost:${port}/classify`, { method: 'POST', body });
    return { code: response.status, text: await response.text() };
  };
  try {
    await listening(port, child);
    await use(post);
  } finally {
    child.kill('SIGTERM');
  }
  return ended;
}

export async function expectLabel(post) {
  const { code, text } = await post(await openAsBlob('photo.jpg'));
  if (code !== 200 || JSON.parse(text).label !== 'insurance/acme/claim-form')
    throw new Error(`${code} ${text}`);
}

export async function expectCode(wanted, post, file) {
  const { code, text } = await post(file);
  if (code !== wanted) throw new Error(`Expected ${wanted}, got ${code} ${text.slice(0, 500)}`);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port, child) {
  const end = Date.now() + patience;
  for (;;) {
    try {
      await fetch(`http://localhost:${port}/`);
      return;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > end)
        throw new Error('The server did not start', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
