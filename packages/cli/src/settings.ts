/** What need not be said each time: DOCCLF_GALLERY, and a small file of settings. */
import { dirname, join, resolve } from 'node:path';
import { DocclfError } from '@docclf/core';
import { readRegular } from '@docclf/node/files';
import type { Command } from 'commander';
import { allOf } from './grammar/options.ts';
import type { Surroundings } from './io.ts';

/** By the names of the options that they stand for. */
interface Settings {
  readonly gallery?: string;
  readonly model?: string;
  readonly concurrency?: number;
}

const fileName = 'docclf.json';
const checks: { readonly [Name in keyof Required<Settings>]: (value: unknown) => boolean } = {
  gallery: (value) => typeof value === 'string' && value !== '',
  model: (value) => typeof value === 'string' && value !== '',
  concurrency: (value) => Number.isInteger(value) && (value as number) >= 1,
};

/**
 * As defaults of every command that has such an option. What is given comes first, then DOCCLF_GALLERY, then
 * `docclf.json` of the folder, then that of the user's settings.
 *
 * @throws INVALID_ARGUMENT for a file that is none of settings, FILE_UNREADABLE
 */
export async function applySettings(program: Command, { environment, folder }: Surroundings): Promise<void> {
  const home = environment.XDG_CONFIG_HOME || (environment.HOME && join(environment.HOME, '.config'));
  const files = [join(folder, fileName), ...(home ? [join(home, 'docclf', fileName)] : [])];
  let read: Settings | undefined;
  for (const file of files) read ??= await readSettings(file);
  const settings = { ...read, ...(environment.DOCCLF_GALLERY && { gallery: environment.DOCCLF_GALLERY }) };
  for (const command of allOf(program)) {
    for (const [name, value] of Object.entries(settings)) {
      const has = command.options.some((option) => option.attributeName() === name);
      if (has) command.setOptionValueWithSource(name, value, 'default');
    }
  }
}

async function readSettings(file: string): Promise<Settings | undefined> {
  let text: string;
  try {
    text = (await readRegular(file)).toString();
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new DocclfError('FILE_UNREADABLE', { file }, { cause });
  }
  const refuse = (received: string) => {
    const expected = `one JSON object of ${Object.keys(checks).join(', ')}`;
    return new DocclfError('INVALID_ARGUMENT', { argument: file, expected, received });
  };
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch {
    throw refuse('no JSON');
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw refuse('other JSON');
  for (const [name, value] of Object.entries(settings)) {
    if (!Object.hasOwn(checks, name)) throw refuse(`the setting ${JSON.stringify(name.slice(0, 50))}`);
    if (!checks[name as keyof Settings](value))
      throw refuse(`${name}: ${JSON.stringify(value)?.slice(0, 50)}`);
  }
  return withPaths(settings, dirname(file));
}

/** Files are named from where the settings lie. An address of a server is none. */
function withPaths(settings: Settings, folder: string): Settings {
  const from = (path: string) => (/^[a-z][a-z\d+.-]+:\/\//i.test(path) ? path : resolve(folder, path));
  const { gallery, model } = settings;
  return {
    ...settings,
    ...(gallery !== undefined && { gallery: from(gallery) }),
    ...(model !== undefined && { model: from(model) }),
  };
}
