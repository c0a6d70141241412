import { createClassifier, type NewReference } from '@docclf/core';
import { explain } from '@docclf/core/explain';
import { createFakeEmbedder, createFakeGallery, direction } from '@docclf/core/testing';
import { describe, expect, it } from 'vitest';
import { explanationPage } from './page.ts';

const reference = (label: string, score: number): NewReference => ({
  id: `id of ${label}`,
  label,
  vector: direction(score),
});

/** Hiding one of the four windows of a grid of 3 gives these vectors. */
function create(references: readonly NewReference[], hidden: readonly number[]) {
  const embedder = createFakeEmbedder({ probe: { turned: hidden.map(direction) } });
  return createClassifier({ embedder, gallery: createFakeGallery(references), threshold: 0.8 });
}

describe('explanationPage', () => {
  it('says so when the gallery is empty', async () => {
    expect(explanationPage(await explain(create([], []), 'probe'))).toContain('The gallery is empty');
  });

  it('loads nothing, and nothing from outside becomes markup', async () => {
    const label = '<img src=x onerror=alert(1)>&"\u202e';
    const classifier = create([reference(label, 0.9), reference('other', 0.85)], [0.5, 1, 1, 0.9]);
    const page = explanationPage(await explain(classifier, 'probe', { grid: 3 }), { name: '</title><b>' });
    expect(page).toContain(`http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:`);
    expect(page).not.toContain('<img src=x');
    expect(page).not.toContain('<b>·');
    expect(page).not.toContain('\u202e');
    expect(page).toContain('&#60;img src=x onerror=alert(1)&#62;');
    const sources = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url!);
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.every((url) => url.startsWith('data:image/'))).toBe(true);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('draws the outline of a document that was located', async () => {
    const corners = [
      { x: 3, y: 4 },
      { x: 27, y: 4 },
      { x: 27, y: 36 },
      { x: 3, y: 36 },
    ] as const;
    const located = [{ found: 'located', corners, angle: 0, vector: direction(0.9) }] as const;
    const probe = { vector: direction(0.5), located, turned: [1, 1, 1, 1].map(direction) };
    const gallery = createFakeGallery([reference('a', 1)]);
    const embedder = createFakeEmbedder({ probe });
    const page = explanationPage(
      await explain(createClassifier({ embedder, gallery }), 'probe', { grid: 3 }),
    );
    expect(page).toContain('viewBox="0 0 30 40"');
    expect(page).toContain('points="3.0,4.0 27.0,4.0 27.0,36.0 3.0,36.0"');
  });

  it('draws where a second look saw the reference', async () => {
    const classifier = create([reference('a', 0.9)], [0.5, 1, 1, 0.9]);
    const explanation = await explain(classifier, 'probe', { grid: 3 });
    const corners = [
      { x: 3, y: 4 },
      { x: 27, y: 4 },
      { x: 27, y: 36 },
      { x: 3, y: 36 },
    ] as const;
    const places = [{ probe: { x: 0.25, y: 0.5 }, reference: { x: 0.1, y: 0.2 } }];
    const region = { x: 0.2, y: 0.4, width: 0.3, height: 0.1 };
    const told = { from: 'b', places: 17, probe: region, reference: region };
    const sight = { referenceId: 'id of a', label: 'a', inliers: 31, corners, places, told };
    const page = explanationPage({
      ...explanation,
      classification: { ...explanation.classification, sight },
    });
    expect(page).toContain('class="seen" points="3.0,4.0 27.0,4.0 27.0,36.0 3.0,36.0"');
    expect(page).toContain('broken: a, by 31 places that both show');
    expect(page).toContain('frame: print of a that b does not have, 17 places of it in all');
    expect(page).toContain('What only a prints is in the picture, and what only b prints is not.');
    expect(page).toContain('class="dots" d="M0.2500 0.5000h0"');
    expect(page).toContain('class="told" x="0.2000" y="0.4000" width="0.3000" height="0.1000"');
  });

  it.each([
    [
      'above-threshold',
      [reference('a/b', 0.9), reference('c', 0.6)],
      'a/b scores 0.9000, at least 0.8000, 0.3000 ahead of c.',
    ],
    ['backed-off', [reference('a/b', 0.9), reference('a/c', 0.895)], 'a/b scores 0.9000, too little ahead'],
    ['below-threshold', [reference('a', 0.6)], 'a comes closest, with 0.6000; 0.8000 would be enough.'],
    ['tied-labels', [reference('a', 0.9), reference('b', 0.9)], 'have the same score, 0.9000'],
    ['look-alikes', [reference('a', 0.9), reference('b', 0.895)], 'It is one of a, b: a comes closest'],
    ['negative-reference', [reference('.', 0.9)], 'none of yours (0.9000)'],
  ])('says why: %s', async (reason, references, sentence) => {
    const explanation = await explain(create(references, [1, 1, 1, 1]), 'probe', { grid: 3 });
    expect(explanation.classification.reason).toBe(reason);
    expect(explanationPage(explanation)).toContain(sentence);
  });
});
