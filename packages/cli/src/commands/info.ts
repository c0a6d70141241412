/** docclf info: which release, model and gallery are these, and do they fit? */
import { spaceOf } from '@docclf/core';
import { loadModel } from '@docclf/node';
import type { Context, ModelOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { summarise } from '../gallery-file.ts';
import { jsonLine, pad, printable } from '../text.ts';
import { version } from '../version.ts';

export async function info(
  { screen }: Context,
  options: ModelOptions & { readonly gallery?: string; readonly json?: boolean },
): Promise<number> {
  const { manifest, cohort } = await loadModel(options.model);
  const space = spaceOf(manifest);
  const model = {
    id: manifest.id,
    version: manifest.version,
    sha256: manifest.sha256,
    bytes: manifest.bytes,
    space: space.id,
    dimension: space.dimension,
    licence: manifest.licence,
    strangers: cohort
      ? cohort.map(({ name, vectors }) => `${vectors.length} ${name}`).join(', ')
      : 'none: rates are read from a table of scores',
  };
  const gallery = options.gallery === undefined ? undefined : await galleryInfo(options.gallery, space.id);
  if (options.json) {
    await screen.print(jsonLine({ docclf: version, node: process.version, model, gallery }));
    return exitCodes.done;
  }
  await screen.print(`docclf   ${version} (Node ${process.version})`);
  for (const [name, facts] of Object.entries({ model, ...(gallery && { gallery }) })) {
    await screen.print('');
    await screen.print(name);
    for (const [key, value] of Object.entries(facts)) {
      await screen.print(`  ${pad(key, 12)} ${printable(String(value))}`);
    }
  }
  return exitCodes.done;
}

async function galleryInfo(file: string, modelSpace: string) {
  const { space, labels, bytes } = await summarise(file);
  return {
    file,
    references: labels.reduce((sum, { references }) => sum + references, 0),
    labels: labels.length,
    bytes,
    space: space.id,
    dimension: space.dimension,
    fitsModel: space.id === modelSpace,
  };
}
