/** WebKitGTK's own small browser, driven by its WebDriver (https://www.w3.org/TR/webdriver2/), on a screen that nobody sees. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Visited } from './engines.ts';

const driverPath = '/usr/bin/WebKitWebDriver';
const screenPath = '/usr/bin/Xvfb';

/** Undefined where all is there. */
export const webkitMissing = existsSync(driverPath)
  ? existsSync(screenPath)
    ? undefined
    : 'no Xvfb (Debian: xvfb)'
  : 'no WebKitWebDriver (Debian: webkit2gtk-driver)';

/** Opens `url` until `until` settles. */
export async function inWebKit<Result>(url: string, until: Promise<Result>): Promise<Visited<Result>> {
  const home = mkdtempSync(join(tmpdir(), 'docclf-webkit-'));
  const screen = spawn(screenPath, ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  let driver: ChildProcess | undefined;
  try {
    const [display] = (await once(screen.stdio[3] as Readable, 'data')) as [Buffer];
    const port = await freePort();
    driver = spawn(driverPath, [`--port=${port}`], {
      stdio: 'ignore',
      env: {
        ...process.env,
        DISPLAY: `:${display.toString().trim()}`,
        HOME: home,
        XDG_RUNTIME_DIR: home,
        // Its sandbox asks for namespaces, which a container may not make. The pages are our own.
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      },
    });
    const { sessionId, capabilities } = await begun(`http://127.0.0.1:${port}`);
    const session = `http://127.0.0.1:${port}/session/${sessionId}`;
    try {
      await command(`${session}/url`, { url });
      return { told: await until, version: `WebKitGTK ${capabilities.browserVersion}` };
    } finally {
      await fetch(session, { method: 'DELETE' });
    }
  } finally {
    for (const child of [driver, screen]) if (child !== undefined) await end(child);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Session {
  readonly sessionId: string;
  readonly capabilities: { readonly browserVersion: string };
}

/** A session, once the driver listens. */
async function begun(driver: string): Promise<Session> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await command(`${driver}/session`, { capabilities: {} });
    } catch (error) {
      // A refused connection: it has not opened its port yet.
      if (!(error instanceof TypeError) || attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function command<Value>(url: string, body: object): Promise<Value> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const { value } = (await response.json()) as { value: Value };
  if (!response.ok) throw new Error(`WebDriver refuses ${url}: ${JSON.stringify(value)}`);
  return value;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
