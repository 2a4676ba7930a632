/** The report's one style sheet. Pictures use the same variables, so that they follow the reader's scheme. */
export const styles = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --surface: #ffffff; --ink: #16202c; --muted: #536070; --grid: #dde2e8; --line: #dfe4ea;
  --accent: #1f5fbf; --contrast: #c2410c; --band: #dbe7f7;
  --good: #146c3a; --good-soft: #e3f3e9; --warning: #8a5200; --warning-soft: #fdf0d9; --serious: #b3261e; --serious-soft: #fce8e6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151c; --surface: #19212b; --ink: #e9eef4; --muted: #a3b0bf; --grid: #303b48; --line: #2b3541;
    --accent: #6ea8fe; --contrast: #ff9e64; --band: #24364f;
    --good: #7ddba3; --good-soft: #16301f; --warning: #f5c26b; --warning-soft: #362a12; --serious: #ff9d94; --serious-soft: #3d1a18;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: break-word; }
.wrap { max-width: 1200px; margin: 0 auto; padding: 32px 24px 64px; }
.eyebrow { margin: 0; color: var(--muted); font-size: 14px; font-weight: 600; letter-spacing: .04em; }
h1 { margin: 2px 0 6px; font-size: clamp(28px, 4vw, 38px); line-height: 1.15; letter-spacing: -.015em; }
h2 { margin: 0 0 12px; font-size: 22px; line-height: 1.25; letter-spacing: -.01em; }
.lead { margin: 0 0 14px; max-width: 76ch; font-size: 18px; }
.meta, .fine { color: var(--muted); font-size: 14px; }
.meta { margin: 10px 0 0; }
.fine { margin: 10px 0 0; max-width: 90ch; }
.section > p.fine { margin: 10px 0 0; }
.verdict { display: flex; gap: 10px; align-items: flex-start; margin: 0; padding: 10px 14px; border-radius: 10px; background: var(--good-soft); }
.verdict .mark { flex: none; width: 24px; height: 24px; border-radius: 50%; background: var(--good); color: var(--surface); font-weight: 700; text-align: center; line-height: 24px; }
.verdict b { color: var(--good); }
.verdict.warning { background: var(--warning-soft); } .verdict.warning b { color: var(--warning); } .verdict.warning .mark { background: var(--warning); }
.verdict.serious { background: var(--serious-soft); } .verdict.serious b { color: var(--serious); } .verdict.serious .mark { background: var(--serious); }
.summary { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 16px; margin: 24px 0 8px; }
.panel, .tile, figure, .scroll { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; }
.panel { padding: 20px; }
.panel h2 { font-size: 17px; margin-bottom: 8px; }
.panel p { margin: 0 0 8px; }
.figure { font-weight: 700; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.hero .figure { margin: 0 0 6px; font-size: 60px; line-height: 1.05; color: var(--accent); }
.hero .figure span { font-size: 24px; font-weight: 600; color: var(--muted); letter-spacing: 0; }
.tiles { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
.tile { padding: 16px 18px; }
.tile h3 { margin: 0; font-size: 14px; font-weight: 600; color: var(--muted); }
.tile .figure { margin: 0 0 4px; font-size: 28px; line-height: 1.2; }
.tile p { margin: 0; font-size: 15px; line-height: 1.4; }
ul { list-style: none; margin: 0; padding: 0; }
.bars li { display: grid; grid-template-columns: 1fr auto; column-gap: 12px; margin-bottom: 10px; }
.bars .value { font-variant-numeric: tabular-nums; color: var(--muted); }
.bars .track { grid-column: 1 / -1; height: 8px; margin-top: 3px; border-radius: 4px; background: var(--grid); overflow: hidden; }
.bars .track span { display: block; height: 100%; border-radius: 4px; background: var(--accent); }
.cautions li { padding-left: 12px; border-left: 3px solid var(--line); margin-bottom: 12px; font-size: 15px; line-height: 1.45; }
.cautions li b { display: block; font-size: 13px; color: var(--muted); }
.cautions .serious { border-color: var(--serious); } .cautions .serious b, .bad { color: var(--serious); }
.cautions .warning { border-color: var(--warning); } .cautions .warning b { color: var(--warning); }
summary { cursor: pointer; color: var(--accent); margin: 4px 0 10px; }
nav { margin: 28px 0 0; border-top: 1px solid var(--line); padding-top: 14px; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; }
nav a { display: inline-block; padding: 4px 0; color: var(--accent); text-decoration: none; }
nav a:hover { text-decoration: underline; }
.section { padding-top: 36px; scroll-margin-top: 8px; }
.section > p { margin: 0 0 14px; max-width: 90ch; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 16px; align-items: start; }
figure { margin: 0; padding: 16px; min-width: 0; }
figcaption { font-weight: 600; margin-bottom: 8px; }
figure svg { display: block; width: 100%; height: auto; max-width: 480px; margin: 0 auto; }
figure p { margin: 8px 0 0; font-size: 14px; line-height: 1.4; color: var(--muted); }
.beside { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); gap: 16px; align-items: start; }
.beside .figures { grid-template-columns: minmax(0, 1fr); }
.beside.wide-left { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); }
.after { margin-top: 16px; }
.section > p.after { margin-top: 18px; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 15px; }
caption { padding: 14px 16px 6px; text-align: left; font-weight: 600; }
th, td { padding: 8px 16px; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--muted); font-size: 13px; font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 400; }
.number .range { min-width: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.range { display: block; min-width: 150px; color: var(--muted); font-size: 13px; font-weight: 400; }
code { font-size: .92em; overflow-wrap: anywhere; }
dl { margin: 0; max-width: 80ch; }
dt { font-weight: 600; }
dd { margin: 0 0 12px; color: var(--ink); }
a:focus-visible, .scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 860px) {
  .summary, .beside, .beside.wide-left { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 520px) {
  .wrap { padding: 20px 16px 48px; }
  .lead { font-size: 17px; }
  .panel { padding: 16px; }
  .tiles { gap: 12px; } .summary { gap: 12px; }
  .tile { padding: 12px 14px; } .tile .figure { font-size: 20px; } .tile p { font-size: 14px; }
  .hero .figure { font-size: 52px; }
  figure { padding: 12px; }
  th, td { padding: 8px 10px; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --surface: #ffffff; --ink: #000000; --muted: #444444; --grid: #cccccc; --line: #bbbbbb;
    --accent: #1f5fbf; --contrast: #c2410c; --band: #dbe7f7;
    --good: #146c3a; --good-soft: #ffffff; --warning: #8a5200; --warning-soft: #ffffff; --serious: #b3261e; --serious-soft: #ffffff;
  }
  body { font-size: 11pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  nav { display: none; }
  figure, .tile, .panel, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  .scroll { overflow: visible; }
}
`
