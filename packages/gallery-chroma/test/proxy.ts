/** A network that can be cut: passes bytes on to a server until it is told otherwise. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TestProxy {
  readonly port: number;
  /** Cuts every connection; new ones are possible. */
  cut(): void;
  /** Cuts every connection and refuses new ones, until `restore`. */
  down(): void;
  restore(): void;
  close(): void;
  /**
   * Looks at each piece that the client sends: `pass` it on, `cut` the connection instead, or pass it on and
   * cut the connection before the answer comes back (`swallow`).
   */
  inspect: (sent: Buffer) => 'pass' | 'cut' | 'swallow';
}

export async function startProxy(target: number): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  let refusing = false;
  const server = createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    let swallowing = false;
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (sent) => {
      const fate = proxy.inspect(sent);
      if (fate === 'cut') {
        client.destroy();
        return;
      }
      swallowing ||= fate === 'swallow';
      upstream.write(sent);
    });
    upstream.on('data', (answer) => {
      // The server has done what it was told, and nobody hears of it.
      if (swallowing) client.destroy();
      else client.write(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy: TestProxy = {
    port: (server.address() as { port: number }).port,
    cut,
    down() {
      refusing = true;
      cut();
    },
    restore() {
      refusing = false;
    },
    close() {
      cut();
      server.close();
    },
    inspect: () => 'pass',
  };
  return proxy;
}
