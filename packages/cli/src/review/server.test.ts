import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { ReviewList, Verdict } from './list.ts';
import { type ReviewServer, serveReview } from './server.ts';

/** A server of one document that takes every answer. */
async function serve() {
  const verdicts: Verdict[] = [];
  const image = { file: 'a\u202egnp.exe', root: '.', source: 'a.png' };
  const result = { candidates: [{ label: '<img src=x>', score: 0.5 }] };
  const list = {
    left: 1,
    current: async () => ({ id: 0, image, result }),
    alike: () => [],
    find: () => undefined,
    answer: async (_: number, verdict: Verdict) => {
      verdicts.push(verdict);
      return 'taken';
    },
  } as unknown as ReviewList;
  const server = await serveReview({ port: 0, list, labels: async () => [], wordingOf: String });
  return { server, verdicts };
}

async function dial({ url }: ReviewServer): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  // A connection that is cut is what some of these ask for.
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

const headOf = ({ url }: ReviewServer, length: number) =>
  `POST ${new URL(url).pathname}answer HTTP/1.1\r\nHost: ${new URL(url).host}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

it('takes a label as it was typed, however its bytes arrive', async () => {
  const { server, verdicts } = await serve();
  const body = Buffer.from(JSON.stringify({ id: 0, label: 'Überweisung' }));
  const socket = await dial(server);
  socket.setNoDelay();
  // Between the two bytes of the first letter; the server has the first part when it answers another.
  const cut = body.indexOf('Ü') + 1;
  socket.write(Buffer.concat([Buffer.from(headOf(server, body.length)), body.subarray(0, cut)]));
  await fetch(`${server.url}current`);
  socket.write(body.subarray(cut));
  await once(socket, 'data');
  expect(verdicts).toEqual([{ label: 'Überweisung' }]);
  await server.close();
});

it('says of a long answer that it is too long', async () => {
  const { server, verdicts } = await serve();
  const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const body = JSON.stringify({ id: 0, label: 'x'.repeat(1_000_000) });
  const answer = await fetch(`${server.url}answer`, { ...init, body });
  expect([answer.status, await answer.json()]).toEqual([400, { problem: expect.stringContaining('short') }]);
  expect(verdicts).toEqual([]);
  await server.close();
});

it('hears no more of who does not know its address', async () => {
  const { server } = await serve();
  const socket = await dial(server);
  socket.write(`POST /guess/answer HTTP/1.1\r\nHost: evil.example\r\ncontent-length: 1000000000\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 404/);
  await once(socket, 'close');
  await server.close();
});

it('ends though connections stay open that say nothing, half a request or half an answer', async () => {
  const { server } = await serve();
  const sockets = await Promise.all([dial(server), dial(server), dial(server), dial(server)]);
  sockets[1]!.write('GET / HTTP/1.1\r\nHost:');
  sockets[2]!.write(`${headOf(server, 100)}{"id"`);
  sockets[3]!.write(
    `GET ${new URL(server.url).pathname}current HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  await once(sockets[3]!, 'data');
  await server.close();
});

it('shows names of files with what would reorder them written out', async () => {
  const { server } = await serve();
  const { item } = (await (await fetch(`${server.url}current`)).json()) as { item: { name: string } };
  expect(item.name).toBe('a\\u202egnp.exe');
  await server.close();
});
