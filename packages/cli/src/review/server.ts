/** Serves the review to browsers of this machine, and to those only that were given its address. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeImage } from '@docclf/node';
import sharp from 'sharp';
import type { InputImage } from '../pages/inputs.ts';
import { readers } from '../pages/readers.ts';
import { nameOf, printable } from '../text.ts';
import type { ReviewList, Verdict } from './list.ts';
import { reviewPage } from './page.ts';

export interface ReviewServer {
  readonly url: string;
  /** Resolves when somebody has ended the review on the page, or nothing is left. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface ReviewServerOptions {
  /** 0 for one that is free. */
  readonly port: number;
  readonly list: ReviewList;
  readonly labels: () => Promise<readonly string[]>;
  /** An error in words. */
  readonly wordingOf: (error: unknown) => string;
}

/** Characters of an answer at most. */
const longestBody = 4096;
/** Milliseconds within which a request must have arrived: a browser on this machine needs one. */
const longestRequest = 10_000;
/** Pixels of a picture's longer side. */
const pictureSide = 1400;
const smallSide = 160;

export async function serveReview(options: ReviewServerOptions): Promise<ReviewServer> {
  const { list, labels, wordingOf } = options;
  // Not to be guessed by a page of another site, which could reach this machine's ports too.
  const secret = randomBytes(16).toString('hex');
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const limits = {
    requestTimeout: longestRequest,
    headersTimeout: longestRequest,
    connectionsCheckingInterval: longestRequest,
  };
  const server = createServer(limits, (request, response) => {
    answer(request, response).catch((error) => json(response, 400, { problem: wordingOf(error) }));
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function state() {
    const doubtful = await list.current();
    if (!doubtful) end();
    const { image, result, id } = doubtful ?? {};
    const candidates = result?.candidates.slice(0, 9).map(({ label, score }) => ({ label, score }));
    return {
      left: list.left,
      labels: await labels(),
      item: image && { id, name: printable(nameOf(image)), candidates, alike: list.alike(id!) },
    };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A name that was pointed here meanwhile has another host; a form of another site has another origin.
    const foreign =
      request.headers.host !== origin.slice(7) || ![undefined, origin].includes(request.headers.origin);
    const [, given, path = '', id] = (request.url ?? '').split('/');
    if (foreign || given !== secret) {
      // Whatever else it sends is not waited for.
      response.setHeader('connection', 'close');
      return json(response, 404, { problem: 'Nothing is here.' });
    }
    const action = `${request.method} ${path}`;
    if (action === 'GET ') return page(response);
    if (action === 'GET current') return json(response, 200, await state());
    if (action === 'GET picture') return picture(response, list.find(Number(id))?.image, pictureSide);
    if (action === 'GET small') return picture(response, list.find(Number(id))?.image, smallSide);
    if (action === 'POST answer') {
      const { id: asked, ...verdict } = await bodyOf(request);
      const problem = problems[await list.answer(asked, verdict as Verdict)];
      return json(response, 200, { ...(await state()), problem });
    }
    if (action === 'POST end') {
      json(response, 200, { ended: true });
      return end();
    }
    return json(response, 404, { problem: 'Nothing is here.' });
  }

  return {
    url: `${origin}/${secret}/`,
    ended,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      // Answers that are under way are heard; browsers keep connections open that nobody uses.
      setTimeout(() => server.closeAllConnections(), 500).unref();
      await closed;
    },
  };
}

const headers = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function page(response: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; img-src 'self'; connect-src 'self'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
  response
    .writeHead(200, {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
    })
    .end(reviewPage(nonce));
}

async function picture(response: ServerResponse, image: InputImage | undefined, side: number): Promise<void> {
  if (!image) return json(response, 404, { problem: 'It is settled.' });
  const decoded = await decodeImage(image.source, { readers, side });
  const { data, width, height, channels } = decoded.image;
  const bytes = await sharp(data, { raw: { width, height, channels } })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .jpeg()
    .toBuffer();
  response.writeHead(200, { ...headers, 'content-type': 'image/jpeg' }).end(bytes);
}

/** Why an answer was not taken. */
const problems = {
  taken: undefined,
  settled: 'That document was answered in another window; this is the next one.',
  changed: 'The file was written to since it was shown. Look again.',
};

async function bodyOf(request: IncomingMessage): Promise<{ readonly id: number } & Record<string, unknown>> {
  if (request.headers['content-type'] !== 'application/json') throw new TypeError('Expected JSON.');
  // Refused before it is read: to stop in the midst of it ends the connection, and nobody would hear why.
  if (Number(request.headers['content-length']) > longestBody)
    throw new TypeError('Expected a short answer.');
  request.setEncoding('utf8');
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > longestBody) throw new TypeError('Expected a short answer.');
  }
  const body = JSON.parse(text);
  const isVerdict = typeof body?.label === 'string' || body?.none === true || body?.skip === true;
  if (!Number.isInteger(body?.id) || !isVerdict) throw new TypeError('Expected an id and an answer.');
  return body;
}
