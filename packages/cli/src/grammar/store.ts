/** `--store`: galleries of a store of the caller's own, by the path of its module. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseAddress } from '@docclf/gallery';
import type { Command } from 'commander';
import { addressOfModule } from '../gallery-kinds.ts';
import { allOf } from './options.ts';

/** To every command that opens galleries, by `--gallery` or as arguments: the module goes before the addresses that it opens. */
export function addStoreOption(program: Command): void {
  for (const command of allOf(program).filter(opensGalleries)) {
    command
      .option('--store <module>', 'what opens an address like mine://place: a module of yours')
      .hook('preAction', (_, action) => useStore(action));
  }
}

function opensGalleries(command: Command): boolean {
  return (
    command.parent?.name() === 'gallery' ||
    command.options.some((option) => option.attributeName() === 'gallery')
  );
}

function useStore(command: Command): void {
  const { store, gallery } = command.opts<{ store?: string; gallery?: string }>();
  if (store === undefined) return;
  const module = moduleOf(store);
  if (module === undefined) {
    command.error(`error: option '--store' names no file and no package that is installed here: ${store}`);
  }
  let opened = 0;
  const open = (address: string) => {
    if (!isOfNobody(address)) return address;
    opened++;
    return addressOfModule(module, address);
  };
  if (gallery !== undefined) command.setOptionValue('gallery', open(gallery));
  if (command.parent?.name() === 'gallery') command.processedArgs = command.processedArgs.map(open);
  if (opened === 0) {
    command.error(`error: option '--store' opens addresses with a scheme of their own, such as mine://place`);
  }
}

/** A plain path is a file and `postgres://…` a server, whatever else is installed. */
function isOfNobody(address: string): boolean {
  const { isFile, package: name } = parseAddress(address);
  return !isFile && !name.startsWith('@docclf/');
}

function moduleOf(store: string): string | undefined {
  if (existsSync(store)) return pathToFileURL(resolve(store)).href;
  try {
    return pathToFileURL(createRequire(join(process.cwd(), 'program.js')).resolve(store)).href;
  } catch {
    return undefined;
  }
}
