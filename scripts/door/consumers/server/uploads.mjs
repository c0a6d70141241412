// What the endpoint answers to a form, and to a form without an image.
import { openAsBlob } from 'node:fs';
import { handle } from './upload.mjs';

const post = async (image) => {
  const body = new FormData();
  body.set('image', image, 'photo.jpg');
  const response = await handle(new Request('http://localhost/', { method: 'POST', body }));
  return [response.status, await response.json()];
};

const [ok, answer] = await post(await openAsBlob('photo.jpg'));
if (ok !== 200 || answer.label !== 'insurance/acme/claim-form') throw new Error(JSON.stringify(answer));
const [bad, problem] = await post(new Blob(['no image']));
if (bad !== 400 || problem.code !== 'IMAGE_FORMAT_UNSUPPORTED') throw new Error(JSON.stringify(problem));
console.log('ok');
process.exit();
