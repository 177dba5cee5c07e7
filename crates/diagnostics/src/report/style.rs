//! How the report looks: light, dark, and on paper.

/// The style, whole. The page's policy names its hash.
pub(super) const STYLE: &str = "
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1d1d1f; --dim: #55555c; --line: #d0d0d6;
  --problem: #a01818; --warning: #7a4b00; --note: #1f4f8f; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #1b1b1e; --ink: #ececf0; --dim: #a9a9b2; --line: #3c3c43;
    --problem: #ff9d94; --warning: #f0c070; --note: #9cc4ff; }
}
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; }
.dim { color: var(--dim); }
.findings { list-style: none; margin: 0; padding: 0; }
.findings li { border-left: 4px solid; padding: .4rem .75rem; margin: 0 0 .5rem; }
.findings .problem { border-color: var(--problem); }
.findings .problem strong { color: var(--problem); }
.findings .warning { border-color: var(--warning); }
.findings .warning strong { color: var(--warning); }
.findings .note { border-color: var(--note); }
.findings .note strong { color: var(--note); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
thead th { color: var(--dim); font-weight: 600; }
tbody th { font-weight: 500; }
blockquote { margin: 0; padding: .5rem .75rem; border-left: 4px solid var(--line); }
@media print {
  :root { --ground: #ffffff; --ink: #000000; --dim: #444444; --line: #999999; --problem: #a01818; --warning: #7a4b00;
    --note: #1f4f8f; }
  main { max-width: none; padding: 0; }
  .wide { overflow: visible; }
  tr, li { break-inside: avoid; }
  h2 { break-after: avoid; }
}
";
