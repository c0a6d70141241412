/** Label paths as the tree that they spell. Pure. */

export interface LabelNode<Item> {
  /** The whole path, e.g. `insurance/acme`. */
  readonly label: string;
  /** Its last segment, behind those of ancestors that have nothing else: `acme/claim-form`. */
  readonly name: string;
  /** What bears exactly this label. */
  readonly items: readonly Item[];
  /** How many items it and its sub-labels have. */
  readonly total: number;
  /** Sorted by name. */
  readonly children: readonly LabelNode<Item>[];
}

/** The roots, sorted by name. Items keep their order. */
export function labelTree<Item extends { readonly label: string }>(
  items: Iterable<Item>,
): readonly LabelNode<Item>[] {
  const byLabel = new Map<string, Item[]>();
  for (const item of items) byLabel.set(item.label, [...(byLabel.get(item.label) ?? []), item]);
  // Ancestors that no item bears are there all the same.
  const children = new Map<string, Set<string>>();
  for (const label of byLabel.keys()) {
    const path = label.split('/');
    path.forEach((_, depth) => {
      const parent = path.slice(0, depth).join('/');
      const child = path.slice(0, depth + 1).join('/');
      children.set(parent, (children.get(parent) ?? new Set()).add(child));
    });
  }

  const nodesUnder = (parent: string): readonly LabelNode<Item>[] =>
    [...(children.get(parent) ?? [])].sort(byText).map((label) => {
      const own = byLabel.get(label) ?? [];
      const nodes = nodesUnder(label);
      const total = own.length + nodes.reduce((sum, node) => sum + node.total, 0);
      const name = label.slice(label.lastIndexOf('/') + 1);
      const [only] = nodes;
      if (own.length === 0 && only && nodes.length === 1) return { ...only, name: `${name}/${only.name}` };
      return { label, name, items: own, total, children: nodes };
    });
  return nodesUnder('');
}

/** Rows of a tree of which nothing is folded. */
export function countRows(nodes: readonly LabelNode<unknown>[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + countRows(children), 0);
}

function byText(a: string, b: string): number {
  return a.localeCompare(b, undefined, { numeric: true });
}
