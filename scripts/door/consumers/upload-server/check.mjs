// Each server of the example: an answer, the client's faults, and an end that is one.
import { expectCode, expectLabel, makeGallery, withServer } from './serving.mjs';

await makeGallery();
for (const file of ['fastify.js', 'express.js', 'hono.js']) {
  const exitCode = await withServer([process.execPath, file], {}, async (post) => {
    await expectLabel(post);
    await expectCode(422, post, new Blob(['no image']));
    await expectCode(400, post);
    await expectCode(413, post, new Blob([new Uint8Array(21_000_000)]));
    await expectLabel(post);
  });
  if (exitCode !== 0) throw new Error(`${file} ended with ${exitCode}`);
  console.log(`${file}: answers, refuses and ends`);
}
