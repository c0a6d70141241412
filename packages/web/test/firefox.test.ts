/** The built package in Firefox: the vectors are Node's, or the browser is refused. */
import { readFileSync } from 'node:fs';
import { createDocClassifier } from '@docclf/node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tell } from './engines.ts';
import { firefoxPath, inFirefox } from './firefox.ts';
import { withOrientation } from './pictures.ts';
import { importMap, runtimeUrl, startServer, type TestServer } from './server.ts';

interface Told {
  readonly code?: string;
  readonly vector?: readonly number[];
}

const drawing = readFileSync(new URL('../../../fixtures/documents/probes/id-front-1.jpg', import.meta.url));

describe.skipIf(firefoxPath === undefined)('in Firefox', () => {
  let server: TestServer;
  const pictures = new Map<string, Buffer>();
  beforeAll(async () => {
    server = await startServer();
    const large = await sharp(drawing).resize(2048, 1280, { fit: 'fill' }).jpeg().toBuffer();
    const letter = new URL('../../../fixtures/documents/probes/unknown-letter.jpg', import.meta.url);
    pictures.set('drawing.jpg', drawing).set('letter.jpg', readFileSync(letter));
    // Shrunk while it is decoded, in Firefox by the size of the upright picture.
    for (const orientation of [1, 3, 5, 6])
      pictures.set(`large-${orientation}.jpg`, withOrientation(large, orientation));
    for (const [name, bytes] of pictures) server.put(name, bytes);
  });
  afterAll(async () => {
    await server?.close();
  });

  /** What the page found, picture by picture. */
  async function told(preferences: Record<string, boolean>): Promise<readonly Told[]> {
    const page = server.put(
      'firefox.html',
      `<!doctype html>${importMap}<script type="module">
        const { createDocClassifier } = await import('@docclf/web');
        const answers = [];
        try {
          const { embedder } = await createDocClassifier({ runtimeUrl: '${runtimeUrl}' });
          for (const picture of ${JSON.stringify([...pictures.keys()])}) {
            const [{ vector }] = await embedder.embed([picture]);
            answers.push({ vector: [...vector] });
          }
        } catch (error) {
          answers.push({ code: error.code ?? String(error) });
        }
        await fetch('/told', { method: 'POST', body: JSON.stringify(answers) });
      </script>`,
    );
    return inFirefox(
      server.url + page,
      preferences,
      server.posted('/told').then((body) => JSON.parse(body.toString())),
    );
  }

  it('gives the vectors of Node', async () => {
    const node = await createDocClassifier();
    const answers = await told({});
    expect(answers).toHaveLength(pictures.size);
    let leastCosine = 1;
    for (const [i, bytes] of [...pictures.values()].entries()) {
      const { vector } = answers[i]!;
      const [expected] = await node.embedder.embed([bytes]);
      const cosine = expected!.vector.reduce((sum, value, j) => sum + value * vector![j]!, 0);
      leastCosine = Math.min(leastCosine, cosine);
    }
    tell({ engine: 'Firefox', what: 'drawings and photographs', pictures: pictures.size, leastCosine });
    expect(leastCosine).toBeGreaterThanOrEqual(0.999);
    await node.close();
  });

  it('is refused where it hides pixels', async () => {
    expect(await told({ 'privacy.resistFingerprinting': true })).toEqual([{ code: 'PIXELS_ALTERED' }]);
  });
});
