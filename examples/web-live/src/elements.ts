/** The few things that every part of the page does with elements. */

/** The element of index.html with this id; its absence is a fault of the page, not a case to handle. */
export function part<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`index.html has no ${kind.name} #${id}`);
  return found;
}

type Child = Node | string;
type Attributes = Readonly<Record<string, string | boolean | (() => void)>>;

/** A new element: functions listen to the event of their name, all else is an attribute; false leaves it out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

/** A small drawing for a button; decoration only, the button has a name. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/** Offers bytes as a download of this name. */
export function download(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes]));
  element('a', { href: url, download: name }).click();
  // The browser takes hold of the bytes when the download begins, which no event tells.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** `1 reference`, `2 references`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** A label's path, broken after its slashes first; each segment runs in the direction of its own script. */
export function pathOf(label: string, separator = '/'): Node[] {
  return label
    .split('/')
    .flatMap((segment, i) => [
      ...(i > 0 ? [new Text(separator), element('wbr')] : []),
      element('bdi', {}, segment),
    ]);
}
