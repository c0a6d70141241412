// Galleries of the command line: of its own stores, of the installed package that the scheme names, and of a module by its path.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startObjectServer } from './gallery-template/test/object-server.js';

const main = 'node_modules/@docclf/cli/dist/main.js';
// This process serves the objects meanwhile.
const docclf = async (...args) => (await promisify(execFile)(process.execPath, [main, ...args])).stdout;

const server = await startObjectServer();
const byPath = ['--store', './gallery-template/index.js'];
const ways = [
  ['documents.docclf'],
  ['documents.db'],
  [`${server.address}/by-name`],
  [`${server.address.replace('mine:', 'other:')}/by-path`, ...byPath],
];
for (const [gallery, ...options] of ways) {
  await docclf(
    'register',
    'form.jpg',
    '--label',
    'insurance/acme/claim-form',
    '--gallery',
    gallery,
    ...options,
  );
  await docclf('register', 'id.jpg', '--label', 'id/front', '--gallery', gallery, ...options);
  const line = await docclf('classify', 'photo.jpg', '--gallery', gallery, '--json', ...options);
  if (JSON.parse(line).label !== 'insurance/acme/claim-form') throw new Error(`${gallery}: ${line}`);
  const labels = await docclf('labels', '--gallery', gallery, ...options);
  if (!labels.includes('id/front')) throw new Error(`${gallery}: no labels`);
}
await docclf('gallery', 'copy', `${server.address}/by-name`, 'copy.docclf');
await docclf('gallery', 'copy', 'copy.docclf', `${server.address}/again`, ...byPath);
if (!(await docclf('labels', '--gallery', 'copy.docclf')).includes('claim-form'))
  throw new Error('not copied');
await server.stop();
console.log('ok');
