// A gallery of a store that the command line has never heard of, and one in its own file.
import { execFileSync } from 'node:child_process';

const docclf = (...args) =>
  execFileSync(process.execPath, ['node_modules/@docclf/cli/dist/main.js', ...args], { encoding: 'utf8' });

for (const gallery of ['disk://kept', 'documents.docclf', 'documents.db']) {
  docclf('register', 'form.jpg', '--label', 'insurance/acme/claim-form', '--gallery', gallery);
  docclf('register', 'id.jpg', '--label', 'id/front', '--gallery', gallery);
  const line = docclf('classify', 'photo.jpg', '--gallery', gallery, '--json');
  const { label } = JSON.parse(line);
  if (label !== 'insurance/acme/claim-form') throw new Error(`${gallery}: ${line}`);
  if (!docclf('labels', '--gallery', gallery).includes('id/front')) throw new Error(`${gallery}: no labels`);
}
// By the path of its module, under a scheme that no package is named after; and moved out of it.
const own = ['--store', './store/index.mjs'];
docclf(
  'register',
  'form.jpg',
  '--label',
  'insurance/acme/claim-form',
  '--gallery',
  'mine://kept-too',
  ...own,
);
docclf('gallery', 'copy', 'mine://kept-too', 'copy.docclf', ...own);
if (!docclf('labels', '--gallery', 'copy.docclf').includes('claim-form')) throw new Error('not copied');
console.log('ok');
