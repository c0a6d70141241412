/** Firefox as it is installed: it opens a page, which tells what it found by POST. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Visited } from './engines.ts';

const firefoxPath = [process.env.DOCCLF_FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Undefined where it is there. */
export const firefoxMissing =
  firefoxPath === undefined ? 'no Firefox (Debian: firefox-esr; or DOCCLF_FIREFOX=PATH)' : undefined;

/** Opens `url` until `until` settles, with these preferences. */
export async function inFirefox<Result>(
  url: string,
  until: Promise<Result>,
  preferences: Readonly<Record<string, boolean>> = {},
): Promise<Visited<Result>> {
  const profile = mkdtempSync(join(tmpdir(), 'docclf-firefox-'));
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${value});`);
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  const firefox = spawn(firefoxPath!, ['--headless', '--no-remote', '--profile', profile, url], {
    stdio: 'ignore',
  });
  const ended = once(firefox, 'exit');
  try {
    const early = ended.then(() => Promise.reject(new Error('Firefox ended before the page told anything')));
    const told = await Promise.race([until, early]);
    const [version = ''] = /\d+/.exec(String(execFileSync(firefoxPath!, ['--version']))) ?? [];
    return { told, version };
  } finally {
    firefox.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
