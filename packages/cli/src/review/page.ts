/** The page of `docclf review`: a picture, the candidates, one key an answer. It loads nothing from elsewhere. */
import { html, Markup } from '../html.ts';

const style = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#16202c;--soft:#5a6675;--line:#dfe4ea;--mark:#2563eb}
@media (prefers-color-scheme:dark){:root{--page:#0f141a;--card:#182029;--ink:#e8edf3;--soft:#9aa7b6;--line:#2b3642;--mark:#6ea8ff}}
body{margin:0;height:100vh;display:grid;grid-template-columns:1fr 380px;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
figure{margin:0;padding:20px;display:flex;align-items:center;justify-content:center;min-width:0;min-height:0}
img{max-width:100%;max-height:calc(100vh - 40px);object-fit:contain;background:#fff;outline:1px solid var(--line)}
aside{background:var(--card);border-left:1px solid var(--line);padding:20px;overflow:auto}
h1{font-size:19px;margin:0 0 4px}p{margin:0 0 14px;color:var(--soft);overflow-wrap:anywhere}
button{display:flex;gap:10px;width:100%;margin:0 0 8px;padding:9px 12px;border:1px solid var(--line);border-radius:8px;background:none;color:inherit;font:inherit;text-align:left;cursor:pointer;overflow-wrap:anywhere}
button:hover,button:focus-visible{border-color:var(--mark);outline:none}button span{flex:1}
kbd{font:12.5px ui-monospace,monospace;border:1px solid var(--line);border-radius:4px;padding:1px 6px;align-self:center}
input{box-sizing:border-box;width:100%;padding:9px 12px;margin:0 0 16px;border:1px solid var(--line);border-radius:8px;background:none;color:inherit;font:inherit}
#alike{display:flex;flex-wrap:wrap;gap:6px;margin:0 0 14px}#alike img{width:56px;height:72px;object-fit:cover;outline:1px solid var(--line)}
#problem{color:#c02626}@media (max-width:760px){body{grid-template-columns:1fr;height:auto}img{max-height:60vh}}
`;

/** Text from outside reaches the page as text alone. */
const script = `
const by = (id) => document.getElementById(id);
let item;
let shown = 0;
async function ask(path, body) {
  const init = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const state = await fetch(path, init).then((response) => response.json()).catch(() => ({ problem: 'Nobody answers. Has the review ended?' }));
  by('problem').textContent = state.problem ?? '';
  if ('left' in state || state.ended) show(state);
}
function show({ item: next, left, labels, ended }) {
  item = next;
  by('left').textContent = ended ? 'The review has ended; this page can be closed.' : item ? left + (left === 1 ? ' document' : ' documents') + ' to look at' : 'Nothing is left to look at.';
  by('name').textContent = item ? item.name : '';
  by('picture').hidden = !item;
  // Another address each time, since the file may be another.
  if (item) by('picture').src = 'picture/' + item.id + '/' + ++shown;
  const alike = item ? item.alike : [];
  by('group').textContent = alike.length === 0 ? '' : alike.length === 1 ? 'One more looks like it:' : alike.length + ' more look like it:';
  by('alike').replaceChildren(...alike.slice(0, 12).map((id) => Object.assign(document.createElement('img'), { src: 'small/' + id, alt: '' })));
  const list = by('candidates');
  list.textContent = '';
  for (const [i, { label, score }] of (item ? item.candidates : []).entries()) button(list, String(i + 1), label, score.toFixed(2), { label });
  if (item) {
    button(list, 'n', 'None of mine', '', { none: true });
    button(list, 's', 'Skip', '', { skip: true });
  }
  by('label').value = '';
  by('label').hidden = !item;
  by('labels').replaceChildren(...(labels ?? []).map((value) => Object.assign(document.createElement('option'), { value })));
}
function button(list, key, text, score, verdict) {
  const one = document.createElement('button');
  const [kbd, name, figure] = ['kbd', 'span', 'small'].map((tag) => document.createElement(tag));
  kbd.textContent = key; name.textContent = text; figure.textContent = score;
  one.append(kbd, name, figure);
  one.dataset.key = key;
  one.onclick = () => ask('answer', { id: item.id, ...verdict });
  list.append(one);
}
addEventListener('keydown', (event) => {
  if (event.target === by('label') || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'l') { event.preventDefault(); by('label').focus(); return; }
  document.querySelector('[data-key="' + CSS.escape(event.key) + '"]')?.click();
});
by('label').addEventListener('keydown', (event) => {
  if (event.key === 'Escape') by('label').blur();
  if (event.key !== 'Enter' || !by('label').value.trim()) return;
  by('label').blur();
  ask('answer', { id: item.id, label: by('label').value.trim() });
});
by('end').onclick = () => ask('end', {});
ask('current');
`;

export function reviewPage(nonce: string): string {
  return html`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>What is this?</title>
<style nonce="${nonce}">${new Markup(style)}</style>
<figure><img id="picture" alt="The document in question" hidden></figure>
<aside><h1>What is this?</h1><p id="left">One moment …</p><p id="name"></p><p id="group"></p><div id="alike"></div><div id="candidates"></div>
<input id="label" list="labels" placeholder="Another label (key l, then Enter)" aria-label="Another label" hidden>
<datalist id="labels"></datalist><p id="problem" role="alert"></p><button id="end"><span>End the review</span></button></aside>
<script nonce="${nonce}">${new Markup(script)}</script></html>
`.text;
}
