import multipart from '@fastify/multipart';
import Fastify from 'fastify';
import { answer, closeOnSignal, limits, port } from './classifier.js';

const server = Fastify();
await server.register(multipart, { limits: { fileSize: limits.maximumBytes, files: 1 } });

server.post('/classify', async (request, reply) => {
  const upload = await request.file();
  if (!upload) return reply.code(400).send({ code: 'NO_FILE' });
  const { code, body } = await answer(await upload.toBuffer());
  return reply.code(code).send(body);
});

closeOnSignal(() => server.close());
await server.listen({ port, host: '0.0.0.0' });
