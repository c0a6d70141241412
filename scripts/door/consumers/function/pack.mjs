// The handler of docs/servers.md as an archive: within the limits, and answering from where it is unpacked, which cannot be
// written to, with an empty environment and as a user without rights.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDocClassifier } from '@docclf/node';

const megabytes = (bytes) => Math.round(bytes / 1e6);
const du = (folder) =>
  Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) * 1024;

const programs = [...readFileSync('servers.md', 'utf8').matchAll(/```js\n(.*?)```/gs)].map(
  ([, code]) => code,
);
const classifier = await createDocClassifier({ gallery: 'documents.docclf' });
await classifier.register('form.jpg', { label: 'insurance/acme/claim-form' });
await classifier.close();

mkdirSync('task');
writeFileSync(
  'task/handler.mjs',
  programs.find((code) => code.includes('export async function handler')),
);
cpSync('documents.docclf', 'task/documents.docclf');
cpSync('node_modules', 'task/node_modules', { recursive: true, verbatimSymlinks: true });
execFileSync('zip', ['-qry', '../task.zip', '.'], { cwd: 'task' });

const there = mkdtempSync(join(tmpdir(), 'docclf-task-'));
chmodSync(there, 0o755);
execFileSync('unzip', ['-q', join(process.cwd(), 'task.zip'), '-d', there]);
execFileSync('chmod', ['-R', 'a-w,a+rX', there]);
const [zipped, unpacked] = [statSync('task.zip').size, du(there)];
if (unpacked > 250e6) throw new Error(`${megabytes(unpacked)} MB, where 250 are allowed`);

const body = readFileSync('photo.jpg').toString('base64');
const program = `import('./handler.mjs').then(({ handler }) => handler({ body: require('node:fs').readFileSync(0, 'utf8') }))
  .then((answer) => { console.log(JSON.stringify(answer)); process.exit(); })`;
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const answer = execFileSync(process.execPath, ['--eval', program], {
  cwd: there,
  env: {},
  input: body,
  encoding: 'utf8',
  ...user,
});
if (!answer.includes('insurance/acme/claim-form')) throw new Error(answer);
console.log(`A zip of ${megabytes(zipped)} MB, ${megabytes(unpacked)} MB unpacked, answers.`);
