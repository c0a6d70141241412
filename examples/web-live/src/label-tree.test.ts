import { expect, it } from 'vitest';
import { type LabelNode, labelTree } from './label-tree.ts';

const items = [
  { id: 1, label: 'id/front' },
  { id: 2, label: 'form/acme/claim' },
  { id: 3, label: 'id/front' },
  { id: 4, label: 'id' },
  { id: 5, label: 'form-2' },
];

/** `name(own ids)total[children]`, to compare a tree at a glance. */
const text = (nodes: readonly LabelNode<{ id: number; label: string }>[]): string =>
  nodes
    .map(
      ({ name, items: own, total, children }) =>
        `${name}(${own.map(({ id }) => id)})${total}${children.length > 0 ? `[${text(children)}]` : ''}`,
    )
    .join(' ');

it('spells paths out, in one line where they do not branch', () => {
  expect(text(labelTree(items))).toBe('form/acme/claim(2)1 form-2(5)1 id(4)3[front(1,3)2]');
});

it('keeps ancestors that nothing bears where they branch', () => {
  const branching = [
    { id: 1, label: 'a/b/c' },
    { id: 2, label: 'a/b/d/e' },
  ];
  expect(text(labelTree(branching))).toBe('a/b()2[c(1)1 d/e(2)1]');
});

it('names whole paths', () => {
  expect(labelTree(items)[0]!.label).toBe('form/acme/claim');
  expect(labelTree(items)[2]!.children[0]!.label).toBe('id/front');
});

it('sorts numbers by value', () => {
  const labels = ['gen-10', 'gen-2', 'gen-1'].map((label, id) => ({ id, label }));
  expect(labelTree(labels).map(({ name }) => name)).toEqual(['gen-1', 'gen-2', 'gen-10']);
});

it('is empty for nothing', () => {
  expect(labelTree([])).toEqual([]);
});
