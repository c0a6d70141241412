/** Proposed types as a page: what an inbox holds, as far as its pictures were kept. */
import type { Proposal } from '@docclf/core/unknowns';
import { html, Markup, pagePolicy } from './html.ts';

/** Of a large group these many say enough. */
const mostPictures = 24;

const style = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#16202c;--soft:#5a6675;--line:#dfe4ea;--mark:#2563eb}
@media (prefers-color-scheme:dark){:root{--page:#0f141a;--card:#182029;--ink:#e8edf3;--soft:#9aa7b6;--line:#2b3642;--mark:#6ea8ff}}
body{margin:0 auto;max-width:1200px;padding:32px 24px;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px;margin-top:14px}
h1{font-size:26px;margin:0}h2{font-size:17px;margin:0}p{margin:2px 0 12px;color:var(--soft);overflow-wrap:anywhere}
div{display:flex;flex-wrap:wrap;gap:10px}img{height:150px;max-width:220px;object-fit:contain;border-radius:6px;outline:1px solid var(--line)}
img.medoid{outline:3px solid var(--mark)}code{font:12.5px ui-monospace,monospace}
`;

/** @param pictures JPEG thumbnails by id, of those documents that have one */
export function contactSheet(
  proposals: readonly Proposal[],
  pictures: ReadonlyMap<string, Uint8Array>,
): string {
  const page = html`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
${pagePolicy}
<title>Unknown documents</title>
<style>${new Markup(style)}</style>
<h1>Unknown documents</h1>
<p>${proposals.length} groups that look like one type each. The framed picture would be its reference.</p>
${proposals.map((proposal, i) => section(proposal, i + 1, pictures))}
</html>
`;
  return page.text;
}

function section(
  { medoid, ids, firstSeen, lastSeen, nearest }: Proposal,
  number: number,
  pictures: ReadonlyMap<string, Uint8Array>,
) {
  const ordered = [medoid.id, ...ids.filter((id) => id !== medoid.id)];
  const shown = ordered.filter((id) => pictures.has(id)).slice(0, mostPictures);
  const days = [...new Set([firstSeen.slice(0, 10), lastSeen.slice(0, 10)])].join(' to ');
  return html`<section><h2>${number}: ${ids.length} documents</h2>
<p>${days}${nearest && html`, most like ${nearest.label} (${nearest.score.toFixed(4)})`}, medoid <code>${medoid.id}</code></p>
<div>${shown.map((id) => picture(pictures.get(id)!, id === medoid.id))}</div>
${shown.length === 0 && html`<p>No pictures were kept.</p>`}</section>`;
}

function picture(jpeg: Uint8Array, isMedoid: boolean) {
  const data = Buffer.from(jpeg).toString('base64');
  return html`<img alt="" class="${isMedoid ? 'medoid' : ''}" src="data:image/jpeg;base64,${data}">`;
}
