// An upload endpoint over the Request of the platform, as Hono, Next and Fastify's adapters hand it over.
import { createDocClassifier, DocclfError } from '@docclf/node';

const classifier = await createDocClassifier();
await classifier.register('form.jpg', { label: 'insurance/acme/claim-form' });
await classifier.register('id.jpg', { label: 'id/front' });

export async function handle(request) {
  const image = (await request.formData()).get('image');
  try {
    const { status, label } = await classifier.classify(image);
    return Response.json({ status, label });
  } catch (error) {
    if (!DocclfError.is(error)) throw error;
    return Response.json(error, { status: 400 });
  }
}
