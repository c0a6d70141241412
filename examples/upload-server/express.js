import express from 'express';
import multer from 'multer';
import { answer, closeOnSignal, limits, port } from './classifier.js';

const app = express();
const upload = multer({
  storage: multer.memoryStorage(),
  limits: { fileSize: limits.maximumBytes, files: 1 },
});

app.post('/classify', upload.single('image'), async (request, response) => {
  if (!request.file) return response.status(400).json({ code: 'NO_FILE' });
  const { code, body } = await answer(request.file.buffer);
  response.status(code).json(body);
});

// What multer refuses, such as a file above the limit.
app.use((error, _request, response, next) => {
  if (!(error instanceof multer.MulterError)) return next(error);
  response.status(error.code === 'LIMIT_FILE_SIZE' ? 413 : 400).json({ code: error.code });
});

const server = app.listen(port);
closeOnSignal(() => new Promise((closed) => server.close(closed)));
