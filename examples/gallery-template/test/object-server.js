/** A server with objects and conditions, in memory: stands for the real one, which a test of yours should start instead. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

export async function startObjectServer() {
  const objects = new Map();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const object = objects.get(request.url);
    if (request.method === 'PUT') {
      const { 'if-match': match, 'if-none-match': noneMatch } = request.headers;
      if ((match && object?.etag !== match) || (noneMatch && object)) return response.writeHead(412).end();
      const bytes = Buffer.concat(chunks);
      // Of the number too: bytes that come again are another version.
      const digest = createHash('sha256')
        .update(`${object?.number ?? 0}`)
        .update(bytes)
        .digest('hex');
      const written = { bytes, number: (object?.number ?? 0) + 1, etag: `"${digest.slice(0, 32)}"` };
      objects.set(request.url, written);
      return response.writeHead(204, { etag: written.etag }).end();
    }
    if (!object) return response.writeHead(404).end();
    response.writeHead(200, { etag: object.etag, 'content-length': object.bytes.length });
    response.end(request.method === 'HEAD' ? undefined : object.bytes);
  });

  async function listen(port) {
    server.listen(port, 'localhost');
    await once(server, 'listening');
  }
  async function stop() {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  await listen(0);
  const { port } = server.address();
  return { address: `mine://localhost:${port}`, stop, startAgain: () => listen(port) };
}
