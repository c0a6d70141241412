/** One self-contained page: each probe beside the reference it matched, with its score against the threshold. */
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const verdictText = { right: 'right', 'type right': 'right type, other or no sub-label', wrong: 'wrong' };

/**
 * @param {{ probe: { file: string, expected: string | null, shows: string }, decision: import('@docclf/node').Classification, verdict: string }[]} results
 * @param {URL} documents folder of the pictures; reference ids are file names in it
 */
export async function renderContactSheet(results, documents) {
  const cards = await Promise.all(results.map((result) => renderCard(result, documents)));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>docclf: probes and the references they matched</title>
<style>
  :root { color-scheme: light dark; --line: light-dark(#d8dbe0, #3a3f47); --soft: light-dark(#5b6470, #a3acb8);
    --good: light-dark(#17795e, #5fd0ae); --near: light-dark(#9a6700, #e3b341); --bad: light-dark(#b3261e, #ff8a80); }
  body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 1180px; padding: 0 1rem; }
  h1 { font-size: 1.5rem; margin: 0 } p.lead { color: var(--soft); margin: .3rem 0 1.5rem }
  main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)) }
  article { border: 1px solid var(--line); border-radius: 10px; padding: .9rem; display: flex; flex-direction: column }
  .pair { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem }
  figure { margin: 0 } figcaption { color: var(--soft); font-size: .75rem; margin-bottom: .25rem }
  img, .none { width: 100%; height: 200px; object-fit: contain; background: light-dark(#eef0f3, #1c2026); border-radius: 6px }
  .none { display: grid; place-items: center; color: var(--soft) } .faded { opacity: .45 }
  h2 { font-size: .95rem; margin: .8rem 0 .1rem; overflow-wrap: anywhere } .shows { color: var(--soft); font-size: .82rem; margin: 0 0 .6rem }
  .bar { position: relative; height: 8px; border-radius: 4px; background: var(--line); margin-top: auto }
  .bar i { position: absolute; inset: 0 auto 0 0; border-radius: 4px; background: var(--tone) }
  .bar b { position: absolute; top: -4px; bottom: -4px; width: 2px; background: currentColor }
  .figures { display: flex; justify-content: space-between; font-size: .78rem; color: var(--soft); margin-top: .4rem; font-variant-numeric: tabular-nums }
  .framed { position: relative; width: fit-content; margin: auto } .framed img { width: auto; max-width: 100%; display: block } .framed i { position: absolute; border: 3px solid #2563eb; border-radius: 3px }
  .tone { color: var(--tone); font-weight: 600 }
</style>
<h1>Which document is this?</h1>
<p class="lead">Left the photographed probe, right the nearest registered reference. The bar is the score from 0.5 (unrelated) to 1 (the same image), the line on it the threshold. A blue frame holds the print that told two look-alikes apart.</p>
<main>
${cards.join('\n')}
</main>
</html>
`;
}

async function renderCard({ probe, decision, verdict }, documents) {
  const accepted = decision.status === 'accepted';
  const tone = { right: 'good', 'type right': 'near', wrong: 'bad' }[verdict];
  const place = (score) => `${Math.max(0, Math.min(100, (score - 0.5) * 200)).toFixed(1)}%`;
  const told = decision.sight?.told;
  const reference = decision.referenceId
    ? framed(
        `<img class="${accepted ? '' : 'faded'}" alt="reference ${escapeHtml(decision.candidates[0].label)}" src="${await embed(decision.referenceId, documents)}">`,
        told?.reference,
      )
    : '<div class="none">gallery is empty</div>';
  return `<article style="--tone: var(--${tone})">
  <div class="pair">
    <figure><figcaption>probe</figcaption>${framed(`<img alt="probe ${escapeHtml(probe.file)}" src="${await embed(probe.file, documents)}">`, told?.probe)}</figure>
    <figure><figcaption>${accepted ? 'matched reference' : 'nearest, not accepted'}</figcaption>${reference}</figure>
  </div>
  <h2>${escapeHtml(decision.label ?? 'unknown')}</h2>
  <p class="shows">${escapeHtml(probe.shows)}</p>
  <div class="bar"><i style="width: ${place(decision.score)}"></i><b style="left: ${place(decision.threshold.value)}"></b></div>
  <div class="figures"><span>score ${decision.score.toFixed(3)}</span><span>margin ${decision.margin?.toFixed(3) ?? '–'}</span><span class="tone">${verdictText[verdict]}</span></div>
</article>`;
}

/** With a frame about the print that told it from a look-alike, given in shares of the picture. */
function framed(picture, region) {
  if (region === undefined) return picture;
  const percent = (share) => `${(100 * share).toFixed(1)}%`;
  const { x, y, width, height } = region;
  return `<div class="framed">${picture}<i style="left: ${percent(x)}; top: ${percent(y)}; width: ${percent(width)}; height: ${percent(height)}"></i></div>`;
}

async function embed(file, documents) {
  const jpeg = await sharp(fileURLToPath(new URL(file, documents)))
    .resize(360, 400, { fit: 'inside' })
    .jpeg({ quality: 80 })
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}

function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
