import { Tensor } from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import { createEmbedder, type EmbedderParts, type PreparedImage } from './embedder.ts';
import { codeOf, deferred, settle, tinyManifest } from './testing.ts';
import type { Corners, ViewVariations } from './views.ts';

/** Input values of one image of the tiny manifest: 3 channels of 1 x 2. */
const valuesPerImage = 6;

/** A session that answers (first value, 0) for each image, before scaling; its calls are recorded. */
function createFakeSession(answer?: (feeds: Record<string, Tensor>) => Promise<Record<string, Tensor>>) {
  const session = {
    shapes: [] as (readonly number[])[],
    inputs: [] as number[][],
    released: 0,
    async run(feeds: Record<string, Tensor>) {
      const input = feeds.image!;
      const values = input.data as Float32Array;
      session.shapes.push(input.dims);
      session.inputs.push([...values]);
      if (answer) return answer(feeds);
      const count = input.dims[0]!;
      const output = new Float32Array(2 * count);
      for (let i = 0; i < count; i++) output[2 * i] = values[i * valuesPerImage]!;
      return { embedding: new Tensor('float32', output, [count, 2]) };
    },
    async release() {
      session.released++;
    },
  };
  return session;
}

const prepared = (value: number): PreparedImage => ({
  views: [{ found: 'whole', tensor: new Float32Array(valuesPerImage).fill(value) }],
  width: 20,
  height: 10,
});

function create(session: ReturnType<typeof createFakeSession>, parts: Partial<EmbedderParts<number>> = {}) {
  return createEmbedder<number>({
    manifest: tinyManifest,
    session,
    Tensor,
    prepare: async (source) => prepared(source),
    goldenTensor: new Float32Array(valuesPerImage).fill(1),
    ...parts,
  });
}

const answering = (tensor: Tensor) => createFakeSession(async () => ({ embedding: tensor }));

describe('embed', () => {
  it('feeds NCHW batches and returns unit vectors in the order of the sources', async () => {
    const session = createFakeSession();
    const embeddings = await create(session).embed([5, -7]);
    expect(session.shapes).toEqual([[2, 3, 1, 2]]);
    expect(session.inputs).toEqual([[5, 5, 5, 5, 5, 5, -7, -7, -7, -7, -7, -7]]);
    expect(embeddings.map(({ vector }) => [...vector])).toEqual([
      [1, 0],
      [-1, 0],
    ]);
  });

  it('keeps what was prepared, but not the tensor', async () => {
    const thumbnail = Uint8Array.of(1);
    const prepare = async () => ({ ...prepared(1), sourceHash: 'abc', thumbnail });
    const [embedding] = await create(createFakeSession(), { prepare }).embed([1]);
    const { vector, views, timings, ...rest } = embedding!;
    expect(views).toEqual([{ found: 'whole', angle: 0, vector }]);
    expect(rest).toEqual({ width: 20, height: 10, sourceHash: 'abc', thumbnail });
    expect(Object.values(timings).every((milliseconds) => milliseconds >= 0)).toBe(true);
  });

  it('runs batches of at most maximumBatch', async () => {
    const session = createFakeSession();
    const embeddings = await create(session, { maximumBatch: 2 }).embed([1, 2, -3, 4, 5]);
    expect(session.shapes.map(([count]) => count)).toEqual([2, 2, 1]);
    expect(embeddings.map(({ vector }) => vector[0])).toEqual([1, 1, -1, 1, 1]);
  });

  it('embeds variations beside their image, in runs of at most maximumBatch', async () => {
    const session = createFakeSession();
    const right = { x: 0.5, y: 0, width: 0.5, height: 1 };
    const all = { x: 0, y: 0, width: 1, height: 1 };
    const prepare = async (sign: number): Promise<PreparedImage> => ({
      ...prepared(0),
      // Left and right pixel of each channel: the mean of both has the other sign.
      views: [{ found: 'whole', tensor: Float32Array.of(sign, -3 * sign, sign, -3 * sign, sign, -3 * sign) }],
    });
    const embedder = create(session, { prepare, maximumBatch: 4 });
    const variations = { whole: [{ hide: right }, { hide: all }] };
    const embeddings = await embedder.embed([1, -1], { variations });
    expect(session.shapes.map(([count]) => count)).toEqual([4, 2]);
    expect(embeddings.map(({ vector }) => vector[0])).toEqual([1, -1]);
    expect(
      embeddings.map(({ views }) => views.map(({ hidden, vector: [first] }) => [hidden, first])),
    ).toEqual([
      [
        [undefined, 1],
        [right, 1],
        [all, -1],
      ],
      [
        [undefined, -1],
        [right, -1],
        [all, 1],
      ],
    ]);
  });

  it('embeds every part of a picture, each with the variations of its kind, and stands by its principal one', async () => {
    const corners: Corners = [
      { x: 1, y: 1 },
      { x: 9, y: 1 },
      { x: 9, y: 9 },
      { x: 1, y: 9 },
    ];
    const tensor = (value: number) => new Float32Array(valuesPerImage).fill(value);
    const cuts = [
      { found: 'located', corners, tensor: tensor(-1) },
      { found: 'located', corners, tensor: tensor(1) },
    ] as const;
    // Of two images the first has no cut-out.
    const prepare = async (count: number): Promise<PreparedImage> => ({
      ...prepared(1),
      views: [{ found: 'whole', tensor: tensor(1) }, ...cuts.slice(0, count)],
      principal: count === 0 ? undefined : 1,
    });
    const everything = { hide: { x: 0, y: 0, width: 1, height: 1 } };
    const session = createFakeSession();
    const [plain, photo] = await create(session, { prepare }).embed([0, 2], {
      variations: { cut: [everything] },
    });
    expect(session.shapes).toEqual([[6, 3, 1, 2]]);
    expect(plain!.vector).toBe(plain!.views[0]!.vector);
    expect(plain!.views.map(({ found }) => found)).toEqual(['whole']);
    expect(photo!.views.map(({ found, corners: at, hidden }) => [found, at, hidden !== undefined])).toEqual([
      ['whole', undefined, false],
      ['located', corners, false],
      ['located', corners, true],
      ['located', corners, false],
      ['located', corners, true],
    ]);
    expect(photo!.vector).toBe(photo!.views[1]!.vector);
    expect([...photo!.vector]).toEqual([-1, 0]);
  });

  it('embeds the negative too of what may be one, and only when asked', async () => {
    const { mean, std } = tinyManifest.preprocessing;
    const grey = (light: number) =>
      Float32Array.from({ length: valuesPerImage }, (_, i) => {
        const channel = Math.floor((3 * i) / valuesPerImage);
        return (light - mean[channel]!) / std[channel]!;
      });
    const prepare = async (light: number): Promise<PreparedImage> => ({
      ...prepared(1),
      views: [{ found: 'whole', tensor: grey(light) }],
    });
    const embedder = create(createFakeSession(), { prepare });
    const invertedOf = async (variations: ViewVariations) =>
      (await embedder.embed([0.1, 0.9], { variations })).map(({ views }) =>
        views.map(({ inverted = false }) => inverted),
      );
    expect(await invertedOf({ negatives: true })).toEqual([[false, true], [false]]);
    expect(await invertedOf({})).toEqual([[false], [false]]);
    const [dark] = await embedder.embed([0.1], { variations: { negatives: true } });
    const [light] = await embedder.embed([0.9]);
    expect([...dark!.views[1]!.vector]).toEqual([...light!.vector]);
  });

  it('runs nothing for no source', async () => {
    const session = createFakeSession();
    expect(await create(session).embed([])).toEqual([]);
    expect(session.shapes).toEqual([]);
  });

  it('hands its options to prepare', async () => {
    const seen: unknown[] = [];
    const options = { asReference: true, thumbnail: true, signal: new AbortController().signal };
    const prepare = async (source: number, received: object) => {
      seen.push(received);
      return prepared(source);
    };
    await create(createFakeSession(), { prepare }).embed([1], options);
    expect(seen).toEqual([options]);
  });

  it('passes on what prepare throws, at once or later', async () => {
    const later = create(createFakeSession(), { prepare: () => Promise.reject(new Error('bad image')) });
    await expect(later.embed([1])).rejects.toThrow('bad image');
    const prepare = () => {
      throw new Error('bad image');
    };
    await expect(create(createFakeSession(), { prepare }).embed([1])).rejects.toThrow('bad image');
  });

  it('keeps the cause of a failed run', async () => {
    const cause = new Error('out of memory');
    const embedder = create(createFakeSession(() => Promise.reject(cause)));
    await expect(embedder.embed([1])).rejects.toMatchObject({ code: 'RUNTIME_FAILED', cause });
  });

  it.each([
    ['another dimension', new Tensor('float32', new Float32Array(3), [1, 3]), 'VECTOR_DIMENSION', 3],
    ['too few for the batch', new Tensor('float32', new Float32Array(1), [1, 1]), 'VECTOR_DIMENSION', 1],
    ['a zero vector', new Tensor('float32', new Float32Array(2), [1, 2]), 'VECTOR_NOT_UNIT', undefined],
    ['NaN', new Tensor('float32', Float32Array.of(1, NaN), [1, 2]), 'VECTOR_NOT_FINITE', undefined],
  ])('refuses %s', async (_, tensor, code, received) => {
    const failure = expect(create(answering(tensor)).embed([1])).rejects;
    await failure.toMatchObject({ code, details: received === undefined ? {} : { expected: 2, received } });
  });

  it.each([
    ['of another type', { embedding: new Tensor('float64', Float64Array.of(1, 0), [1, 2]) }, 'float64'],
    ['under another name', { other: new Tensor('float32', Float32Array.of(1, 0), [1, 2]) }, 'undefined'],
  ])('says so in the cause when the output comes %s', async (_, answer, seen) => {
    const embedder = create(createFakeSession(async () => answer as Record<string, Tensor>));
    const cause = { message: `Expected output embedding of type float32 but received ${seen}.` };
    await expect(embedder.embed([1])).rejects.toMatchObject({ code: 'RUNTIME_FAILED', cause });
  });

  it.each([valuesPerImage - 1, valuesPerImage + 1])('refuses a tensor of %d values', async (length) => {
    const session = createFakeSession();
    const prepare = async (): Promise<PreparedImage> => ({
      ...prepared(1),
      views: [{ found: 'whole', tensor: new Float32Array(length) }],
    });
    expect(await codeOf(create(session, { prepare }).embed([1]))).toBe('INVALID_ARGUMENT');
    expect(session.shapes).toEqual([]);
  });

  it.each([0, -1, 0.5])('refuses a maximumBatch of %d', (maximumBatch) => {
    expect(() => create(createFakeSession(), { maximumBatch })).toThrow('maximumBatch');
  });
});

describe('abort', () => {
  it('prepares nothing when the signal was raised before', async () => {
    let preparations = 0;
    const prepare = async () => {
      preparations++;
      return prepared(1);
    };
    const embedder = create(createFakeSession(), { prepare });
    expect(await codeOf(embedder.embed([1], { signal: AbortSignal.abort() }))).toBe('ABORTED');
    expect(preparations).toBe(0);
  });

  it('runs no network after it, and keeps the reason', async () => {
    const session = createFakeSession();
    const controller = new AbortController();
    const until = deferred();
    const prepare = (source: number) => until.promise.then(() => prepared(source));
    const embedding = create(session, { prepare }).embed([1], { signal: controller.signal });
    controller.abort('enough');
    until.resolve();
    await expect(embedding).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
    expect(session.shapes).toEqual([]);
  });

  it('is ABORTED also when prepare answers with an abort error of its platform', async () => {
    const controller = new AbortController();
    const prepare = async () => {
      controller.abort();
      throw controller.signal.reason;
    };
    const embedding = create(createFakeSession(), { prepare }).embed([1], { signal: controller.signal });
    expect(await codeOf(embedding)).toBe('ABORTED');
  });

  it('stops between batches', async () => {
    const controller = new AbortController();
    const session = createFakeSession(async () => {
      controller.abort();
      return { embedding: new Tensor('float32', Float32Array.of(1, 0), [1, 2]) };
    });
    const embedder = create(session, { maximumBatch: 1 });
    expect(await codeOf(embedder.embed([1, 2], { signal: controller.signal }))).toBe('ABORTED');
    expect(session.shapes).toHaveLength(1);
  });
});

describe('selfTest', () => {
  // The golden vector of the tiny manifest is (0.6, 0.8) and cosines below 0.999 fail.
  it('returns the cosine to the golden vector', async () => {
    const embedder = create(answering(new Tensor('float32', Float32Array.of(6, 8), [1, 2])));
    expect((await embedder.selfTest()).cosine).toBeCloseTo(1, 6);
  });

  it('runs the golden tensor', async () => {
    const session = answering(new Tensor('float32', Float32Array.of(6, 8), [1, 2]));
    await create(session).selfTest();
    expect(session.inputs).toEqual([[1, 1, 1, 1, 1, 1]]);
  });

  it('fails when this runtime gives another vector', async () => {
    const embedder = create(answering(new Tensor('float32', Float32Array.of(8, 6), [1, 2])));
    await expect(embedder.selfTest()).rejects.toMatchObject({
      code: 'MODEL_SELF_TEST_FAILED',
      details: { model: 'tiny', cosine: expect.closeTo(0.96, 6), minimumCosine: 0.999 },
    });
  });
});

describe('close', () => {
  it('releases the session once, and not under a run', async () => {
    const output = deferred<Record<string, Tensor>>();
    const session = createFakeSession(() => output.promise);
    const embedder = create(session);
    const embedding = embedder.embed([1]);
    await settle();
    const closed = Promise.all([embedder.close(), embedder.close()]);
    await settle();
    expect(session.released).toBe(0);
    output.resolve({ embedding: new Tensor('float32', Float32Array.of(1, 0), [1, 2]) });
    await closed;
    expect(session.released).toBe(1);
    expect(await embedding).toHaveLength(1);
  });

  it('refuses work afterwards', async () => {
    const embedder = create(createFakeSession());
    await embedder.close();
    expect(await codeOf(embedder.embed([1]))).toBe('CLOSED');
    expect(await codeOf(embedder.selfTest())).toBe('CLOSED');
  });
});
