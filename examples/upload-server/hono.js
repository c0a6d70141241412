import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { answer, closeOnSignal, limits, port } from './classifier.js';

const app = new Hono();

app.post('/classify', bodyLimit({ maxSize: limits.maximumBytes }), async (context) => {
  const { image } = await context.req.parseBody();
  if (!(image instanceof File)) return context.json({ code: 'NO_FILE' }, 400);
  const { code, body } = await answer(image);
  return context.json(body, code);
});

const server = serve({ fetch: app.fetch, port });
closeOnSignal(() => new Promise((closed) => server.close(closed)));
