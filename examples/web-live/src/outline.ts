/** The outline of the document over its picture: it follows a camera, and in a still picture its corners can be moved. */
import type { Corners } from '@docclf/web';
import { element, part } from './elements.ts';
import type { Messages } from './messages.ts';
import { type Extent, placeOf, withCorner } from './quad.ts';

export interface Outline {
  /** Draws it; null takes it away. What is being dragged stays as it is. */
  draw(corners: Corners | null, extent: Extent): void;
  /** Whether the corners can be moved. */
  readonly editable: boolean;
  /** Shows or hides what moves them. */
  edit(editable: boolean): void;
}

/** Share of the picture's width or height that a press of an arrow key moves a corner by; with Shift ten times that. */
const step = 0.004;
const ways: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** @param onMoved called when a corner was let go of elsewhere */
export function createOutline(messages: Messages, onMoved: (corners: Corners) => void): Outline {
  const drawing = part('outline', SVGSVGElement);
  const shape = drawing.querySelector('polygon')!;
  const list = part('corners', HTMLElement);
  let corners: Corners | null = null;
  let extent: Extent = { width: 1, height: 1 };
  let editable = false;
  let dragged: number | undefined;
  /** Moved by keys, and not told of yet: a corner is where it should be when it is left, or Enter is pressed. */
  let isMoved = false;

  const handles = [0, 1, 2, 3].map((index) => {
    const handle = element('button', { type: 'button', class: 'corner', 'aria-describedby': 'corners-help' });
    handle.addEventListener('pointerdown', (event) => {
      handle.setPointerCapture(event.pointerId);
      handle.focus();
      dragged = index;
      event.preventDefault();
    });
    handle.addEventListener('pointermove', ({ clientX, clientY }) => {
      if (dragged !== index) return;
      const { left, top, width, height } = drawing.getBoundingClientRect();
      move(index, ((clientX - left) / width) * extent.width, ((clientY - top) / height) * extent.height);
    });
    const letGo = () => {
      if (dragged !== index) return;
      dragged = undefined;
      tell();
    };
    handle.addEventListener('pointerup', letGo);
    handle.addEventListener('pointercancel', letGo);
    handle.addEventListener('keydown', (event) => {
      const way = ways[event.key];
      if (event.key === 'Enter') tell();
      if (way === undefined || corners === null) return;
      event.preventDefault();
      const far = event.shiftKey ? 10 * step : step;
      const { x, y } = corners[index]!;
      move(index, x + way[0] * far * extent.width, y + way[1] * far * extent.height);
      messages.say(handle.getAttribute('aria-label')!);
    });
    handle.addEventListener('blur', () => tell());
    return handle;
  });
  list.append(...handles);

  function move(index: number, x: number, y: number): void {
    const moved = corners && withCorner(corners, index, { x, y }, extent);
    if (!moved) return;
    isMoved = true;
    corners = moved;
    show();
  }

  function tell(): void {
    if (!isMoved || corners === null) return;
    isMoved = false;
    onMoved(corners);
  }

  function show(): void {
    drawing.toggleAttribute('hidden', corners === null);
    list.hidden = corners === null || !editable;
    if (corners === null) return;
    const { width, height } = extent;
    drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
    shape.setAttribute('points', corners.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' '));
    if (!editable) return;
    for (const [index, handle] of handles.entries()) {
      const corner = corners[index]!;
      const left = percent(corner.x / width);
      const top = percent(corner.y / height);
      handle.style.left = left;
      handle.style.top = top;
      handle.setAttribute(
        'aria-label',
        `${placeOf(corner, corners)} corner, ${left} from the left, ${top} from the top`,
      );
    }
  }

  show();
  return {
    draw(next, size) {
      if (dragged !== undefined) return;
      isMoved = false;
      corners = next;
      extent = size;
      show();
    },
    get editable() {
      return editable;
    },
    edit(next) {
      editable = next;
      show();
    },
  };
}

/** A corner may lie outside of the picture; where it can be taken hold of it may not. */
function percent(share: number): string {
  return `${(100 * Math.min(Math.max(share, 0), 1)).toFixed(1)}%`;
}
