import { createDocClassifier, DocclfError } from '@docclf/node';

// Opened by the first request: while it builds, Next imports this file too.
let opened;
const classifier = () => {
  opened ??= open();
  return opened;
};

async function open() {
  const made = await createDocClassifier();
  await made.register('form.jpg', { label: 'insurance/acme/claim-form' });
  return made;
}

export async function POST(request) {
  const image = (await request.formData()).get('image');
  try {
    const { status, label } = await (await classifier()).classify(image);
    return Response.json({ status, label });
  } catch (error) {
    if (!DocclfError.is(error)) throw error;
    return Response.json(error, { status: 400 });
  }
}
