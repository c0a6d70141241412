/** The style sheet of the report. Colours by role, once for light and once for dark. */
export const reportStyle = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#16202c;--soft:#5a6675;--line:#dfe4ea;--micro:#2563eb;--macro:#d9730d;--genuine:#0d9488;--impostor:#d6336c;--warn:#fff6e0;--warn-ink:#6b4a00;--bad:#c4314b}
@media (prefers-color-scheme:dark){:root{--page:#0f141a;--card:#182029;--ink:#e8edf3;--soft:#9aa7b6;--line:#2b3642;--micro:#6ea8ff;--macro:#ffa94d;--genuine:#3dd6c3;--impostor:#ff7aa8;--warn:#33290f;--warn-ink:#ffd98a;--bad:#ff7b8d}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK TC",sans-serif}
main{max-width:1200px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:28px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:18px;margin:40px 0 4px}
p{margin:4px 0 12px;max-width:100ch}
.soft,.note{color:var(--soft)}.note{font-size:13px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(230px,1fr));gap:14px;margin:24px 0 14px}
.tile,.card,.pair{background:var(--card);border:1px solid var(--line);border-radius:12px}
.tile{padding:16px 18px}.tile b{display:block;font-size:32px;line-height:1.15;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.tile h3,.card h3{margin:0 0 6px;font-size:14px;font-weight:600}.tile p{margin:6px 0 0;font-size:13px;line-height:1.4;color:var(--soft)}
.warnings{background:var(--warn);color:var(--warn-ink);border-radius:12px;padding:12px 18px;margin:14px 0;font-size:14px}.warnings ul{margin:4px 0 0;padding-left:20px}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:14px}
.card{padding:16px 18px;margin-top:12px;overflow-x:auto}.two .card{margin-top:0}
svg{display:block;width:100%;height:auto;font-size:12px}
.grid{stroke:var(--line);fill:none}.axis{stroke:var(--soft);fill:none}.tick{fill:var(--soft)}.label{fill:var(--soft);font-size:13px}.value{fill:var(--ink);font-weight:600;paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}.name{fill:var(--ink);font-size:13px;white-space:pre}
.line{fill:none;stroke-width:2.2;stroke-linejoin:round}.area{opacity:.15;stroke:none}.area.solid{opacity:.5}
.line.micro{stroke:var(--micro)}.line.macro{stroke:var(--macro)}.line.fpir{stroke:var(--impostor)}.line.fnir{stroke:var(--micro)}
.micro{--c:var(--micro)}.macro{--c:var(--macro)}.genuine{--c:var(--genuine)}.impostor,.fpir{--c:var(--impostor)}.fnir{--c:var(--micro)}
.area,.dot{fill:var(--c)}.dot{stroke:var(--card);stroke-width:1.5}
.doubt{fill:var(--soft);opacity:.1}.threshold{stroke:var(--ink);stroke-width:1.6;stroke-dasharray:5 4}.threshold.fpir{stroke:var(--c);stroke-width:1.2}.link{stroke:var(--impostor);fill:none;opacity:.5}.node{fill:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--soft);margin:0 0 8px}.legend i{display:inline-block;width:12px;height:12px;border-radius:3px;background:var(--c);margin-right:6px;vertical-align:-1px}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:7px 14px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}tr:last-child td,tr:last-child th{border-bottom:0}thead th{color:var(--soft);font-weight:500;font-size:13px}tbody th{font-weight:500;min-width:9em;overflow-wrap:anywhere}
td small{color:var(--soft);font-size:12.5px;white-space:nowrap}.part th{padding-left:18px;font-weight:400;color:var(--soft)}.number{text-align:right}.number+:not(.number){padding-left:26px}
.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,270px),1fr));gap:14px;margin-top:12px}
.pair{padding:12px;margin:0}.pair div{display:grid;grid-template-columns:1fr 1fr;gap:8px}.pair img{width:100%;height:150px;object-fit:contain;background:var(--page);border-radius:6px}
.pair figcaption{font-size:12.5px;line-height:1.4;margin-top:8px;overflow-wrap:anywhere}.pair b{font-size:15px;font-variant-numeric:tabular-nums}.pair em{font-style:normal;color:var(--bad);font-weight:600;float:right}.pair span{display:block;color:var(--soft)}
code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
details{margin-top:10px;font-size:14px}summary{cursor:pointer;color:var(--soft)}
@media print{.card,.tile,.pair{break-inside:avoid}}
`;
