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

it('spells paths out, with ancestors that nothing bears', () => {
  expect(text(labelTree(items))).toBe('form()1[acme()1[claim(2)1]] form-2(5)1 id(4)3[front(1,3)2]');
});

it('names whole paths', () => {
  expect(labelTree(items)[0]!.children[0]!.children[0]!.label).toBe('form/acme/claim');
});

it('sorts numbers by value', () => {
  const labels = ['gen-10', 'gen-2', 'gen-1'].map((label, id) => ({ id, label }));
  expect(labelTree(labels).map(({ name }) => name)).toEqual(['gen-1', 'gen-2', 'gen-10']);
});

it('is empty for nothing', () => {
  expect(labelTree([])).toEqual([]);
});
