/** The style sheet of an explanation: light and dark. */
export const pageStyle = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#16202c;--soft:#5a6675;--line:#dfe4ea;--yes:#0d9488;--no:#c4314b;--other:#d9730d;--hot:#ff6a00;--cold:#2563eb}
@media (prefers-color-scheme:dark){:root{--page:#0f141a;--card:#182029;--ink:#e8edf3;--soft:#9aa7b6;--line:#2b3642;--yes:#3dd6c3;--no:#ff7b8d;--other:#ffa94d}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK TC",sans-serif}
main{max-width:1040px;margin:0 auto;padding:32px 24px 64px}h1{font-size:30px;line-height:1.2;margin:0 0 6px;overflow-wrap:anywhere}h1.accepted{color:var(--yes)}h1.unknown{color:var(--no)}h2{font-size:17px;margin:0 0 2px}
p{margin:2px 0 12px;max-width:90ch;overflow-wrap:anywhere}.soft{color:var(--soft);font-size:14px}
.axis{display:block;width:100%;height:auto;font-size:14px}.axis line.base{stroke:var(--line);stroke-width:4;stroke-linecap:round}.axis .tick{fill:var(--soft);font-size:13px}.axis .threshold{stroke:var(--ink);stroke-width:2;stroke-dasharray:5 4}
.axis .match{--c:var(--yes)}.axis .other{--c:var(--other)}.axis g line{stroke:var(--c);stroke-width:2}.axis circle,.axis g text{fill:var(--c)}.axis g text{font-weight:600;paint-order:stroke;stroke:var(--page);stroke-width:5px}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:14px;margin:18px 0}
.maps{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr));gap:14px}
figure,section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px;margin:0 0 14px}figure{margin:0}
figure img{display:block;width:100%;max-height:300px;object-fit:contain}figcaption b,figcaption span,figcaption code{display:block;overflow-wrap:anywhere}figcaption{margin-bottom:10px;font-size:14px}code{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--soft)}
.none{display:grid;place-items:center;min-height:160px;color:var(--soft);border:1px dashed var(--line);border-radius:8px}
.heat{position:relative;width:fit-content;max-width:100%}.heat img{display:block;width:440px;max-width:100%;filter:grayscale(1)}.heat svg{position:absolute;inset:0;width:100%;height:100%}.heat .none{width:380px;min-height:480px}
.photo{position:relative;width:fit-content;max-width:100%;margin:auto;overflow:hidden}.photo svg{position:absolute;inset:0;width:100%;height:100%}.photo polygon{fill:none;stroke:var(--hot);stroke-width:3;vector-effect:non-scaling-stroke}.photo .seen{stroke-dasharray:8 5}.photo circle{fill:var(--hot)}.photo .dots{fill:none;stroke:var(--yes);stroke-width:4;stroke-linecap:round;vector-effect:non-scaling-stroke}.photo .told{fill:none;stroke:var(--cold);stroke-width:3;vector-effect:non-scaling-stroke}
.falls{fill:var(--hot)}.rises{fill:var(--cold)}
@media print{figure,section{break-inside:avoid}}
`;
