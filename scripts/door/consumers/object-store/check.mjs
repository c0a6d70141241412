// The recipe of docs/recipes.md, with the S3 client as it is, on a store that speaks as much of S3 as lists and reads objects.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createDocClassifier } from '@docclf/node';

const [, program] = /```js\n(import \{[^`]*@aws-sdk\/client-s3.*?)```/s.exec(
  readFileSync('recipes.md', 'utf8'),
);
writeFileSync('batch.mjs', program);
const classifier = await createDocClassifier({ gallery: 'documents.docclf' });
await classifier.register('form.jpg', { label: 'insurance/acme/claim-form' });
await classifier.close();

const objects = { 'inbox/1.jpg': readFileSync('photo.jpg'), 'inbox/2.jpg': Buffer.from('no image') };
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (searchParams.has('list-type')) {
    const contents = Object.entries(objects).map(
      ([key, bytes]) => `<Contents><Key>${key}</Key><Size>${bytes.length}</Size></Contents>`,
    );
    response.setHeader('content-type', 'application/xml');
    return response.end(
      `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
    );
  }
  response.end(objects[pathname.replace('/scans/', '')]);
});
await once(server.listen(0), 'listening');
const child = spawn(process.execPath, ['batch.mjs'], {
  env: {
    ...process.env,
    BUCKET: 'scans',
    AWS_ENDPOINT_URL_S3: `http://localhost:${server.address().port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  },
});
let printed = '';
for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
const [exitCode] = await once(child, 'close');
server.close();
server.closeAllConnections();
const lines = ['inbox/1.jpg insurance/acme/claim-form', 'inbox/2.jpg IMAGE_FORMAT_UNSUPPORTED'];
if (exitCode !== 0 || !lines.every((line) => printed.includes(line)))
  throw new Error(`${exitCode} ${printed}`);
console.log('ok');
