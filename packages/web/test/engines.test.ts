/** The built package in each browser, by one journey: Node's vectors, what is kept, no network; or refused. */
import { readdirSync, readFileSync } from 'node:fs';
import { createDocClassifier } from '@docclf/node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellsOf } from '../../../scripts/browser-tables.mjs';
import { inChromium, whyNoChromium } from './chromium.ts';
import { readmeRow, tell, tellMissing } from './engines.ts';
import { firefoxMissing, inFirefox } from './firefox.ts';
import { withOrientation } from './pictures.ts';
import { importMap, journeyPage, runtimeUrl, startServer, type TestServer } from './server.ts';
import { inWebKit, webkitMissing } from './webkit.ts';

interface Recognised {
  readonly status: string;
  readonly label: string | null;
  readonly modelFrom: 'network' | 'cache';
}

interface Told {
  readonly failed?: string;
  readonly vectors?: readonly (readonly number[])[];
  readonly reloaded?: Recognised;
  readonly reachable?: boolean;
  readonly offline?: Recognised;
}

const documents = new URL('../../../fixtures/documents/', import.meta.url);
const bytesOf = (file: string) => readFileSync(new URL(file, documents));
const recognised: Recognised = { status: 'accepted', label: 'id/front', modelFrom: 'cache' };

const engines = [
  { name: 'Chromium', missing: whyNoChromium, visit: inChromium },
  { name: 'Firefox', missing: firefoxMissing, visit: inFirefox },
  { name: 'WebKit', missing: webkitMissing, visit: inWebKit },
];

/** Fixtures, and photographs that are shrunk while they are decoded where the browser does that. */
async function makePictures(server: TestServer): Promise<ReadonlyMap<string, Buffer>> {
  const pictures = new Map<string, Buffer>();
  for (const name of readdirSync(new URL('probes/', documents)))
    pictures.set(name, bytesOf(`probes/${name}`));
  const drawing = sharp(bytesOf('probes/id-front-1.jpg'));
  const large = drawing.clone().resize(2048, 1280, { fit: 'fill' });
  for (const orientation of [1, 3, 5, 6])
    pictures.set(`large-${orientation}.jpg`, withOrientation(await large.jpeg().toBuffer(), orientation));
  pictures.set('p3.jpg', await drawing.clone().withIccProfile('p3').jpeg().toBuffer());
  pictures.set('alpha.png', await drawing.clone().ensureAlpha(0.6).png().toBuffer());
  pictures.set('page.webp', await drawing.clone().webp({ lossless: true }).toBuffer());
  for (const [name, bytes] of pictures) server.put(name, bytes);
  return pictures;
}

describe.each(engines)('in $name', ({ name, missing, visit }) => {
  it.skipIf(missing === undefined)('is not here', () => tellMissing(name, missing!));

  describe.skipIf(missing !== undefined)('as it is installed', () => {
    let server: TestServer;
    let pictures: ReadonlyMap<string, Buffer>;
    let told: Told;
    let version: string;

    beforeAll(async () => {
      server = await startServer();
      pictures = await makePictures(server);
      const made = (file: string) => `/made/${encodeURIComponent(file)}`;
      const page = server.put(
        'journey.html',
        journeyPage({
          pictures: [...pictures.keys()].map(made),
          reference: '/fixtures/documents/references/id-front.jpg',
          probe: made('id-front-1.jpg'),
          label: 'id/front',
          runtimeUrl,
        }),
      );
      const answer = server.posted('/told');
      const visited = await visit(server.url + page, answer);
      told = JSON.parse(String(visited.told));
      version = visited.version;
    }, 300_000);
    afterAll(async () => {
      await server?.close();
    });

    it('gives the vectors of Node', async () => {
      expect(told.failed).toBeUndefined();
      const node = await createDocClassifier();
      const cosines = new Map<string, number>();
      for (const [i, [file, bytes]] of [...pictures].entries()) {
        const [expected] = await node.embedder.embed([bytes]);
        const vector = told.vectors![i]!;
        cosines.set(
          file,
          expected!.vector.reduce((sum, value, j) => sum + value * vector[j]!, 0),
        );
      }
      await node.close();
      const leastCosine = Math.min(...cosines.values());
      const row = {
        browser: name,
        version,
        pictures: cosines.size,
        leastCosine,
        reloaded: told.reloaded?.label === recognised.label,
        offline: told.offline?.label === recognised.label,
      };
      tell(row);
      expect([...cosines].filter(([, cosine]) => !(cosine >= 0.999))).toEqual([]);
      // Another version of the browser than the README's may be a little nearer; none may be further away.
      const [, , many, , ...kept] = cellsOf(row);
      const [, , claimedMany, claimed, ...claimedKept] = readmeRow(name)!;
      expect([many, ...kept]).toEqual([claimedMany, ...claimedKept]);
      expect(leastCosine).toBeGreaterThanOrEqual(Number(claimed));
    });

    it('recognises after a reload what was registered before it', () => {
      expect(told.reloaded).toEqual(recognised);
    });

    it('recognises without a network', () => {
      expect(told.reachable).toBe(false);
      expect(told.offline).toEqual(recognised);
    });
  });
});

it.skipIf(firefoxMissing !== undefined)('is refused where Firefox hides pixels', async () => {
  const server = await startServer();
  const page = server.put(
    'hidden.html',
    `<!doctype html>${importMap}<script type="module">
      const { createDocClassifier } = await import('@docclf/web');
      const code = await createDocClassifier({ runtimeUrl: '${runtimeUrl}' }).then(() => 'opened', ({ code }) => code);
      await fetch('/told', { method: 'POST', body: code });
    </script>`,
  );
  const { told } = await inFirefox(server.url + page, server.posted('/told'), {
    'privacy.resistFingerprinting': true,
  });
  await server.close();
  expect(String(told)).toBe('PIXELS_ALTERED');
});
