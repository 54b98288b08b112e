// How the page of the paper's figures and claims looks: on a wide and a narrow screen, light and
// dark, and on paper.
#pragma once

namespace eif {

inline constexpr char kPageStyle[] = R"css(
:root{color-scheme:light dark;--ink:#1a1a1a;--faint:#5f5f5f;--ground:#fff;--line:#d9d9d9;
--quote:#f4f7fa;--accent:#2166ac;--agrees:#1b6e3c;--disagrees:#a3202f;--open:#6a5200}
@media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--faint:#a3a3a3;--ground:#16181b;
--line:#3a3d42;--quote:#1f2429;--accent:#7fb2e0;--agrees:#74c997;--disagrees:#f08d96;
--open:#d9bd63}}
*{box-sizing:border-box}
body{font-family:system-ui,sans-serif;line-height:1.45;color:var(--ink);background:var(--ground);
max-width:1180px;margin:2em auto;padding:0 1em;overflow-wrap:break-word}
a{color:var(--accent)}
h1,h2,h3{line-height:1.2}
h2{margin-top:2.5em;border-bottom:1px solid var(--line)}
h3{margin-top:2em}
h3 small{font-weight:normal;color:var(--faint)}
blockquote{margin:.5em 0;padding:.1em 1em;border-left:3px solid var(--accent);
background:var(--quote)}
table{border-collapse:collapse;width:100%;font-size:.9em}
th,td{text-align:left;vertical-align:top;padding:.25em .9em .25em 0;
border-bottom:1px solid var(--line)}
td.number{white-space:nowrap}
.scroll{overflow-x:auto}
.picture{background:#fff;border:1px solid var(--line)}
.picture img{display:block;width:auto;max-width:100%;min-width:min(100%,640px);height:auto}
.faint{color:var(--faint);font-size:.9em}
.notice{padding:.5em 1em;border:1px solid var(--open);border-left-width:4px}
.stance{font-weight:600;white-space:nowrap}
.agrees{color:var(--agrees)}
.disagrees{color:var(--disagrees)}
.in-part,.undecided{color:var(--open)}
.no-verdict{color:var(--faint);font-weight:normal}
@media(max-width:700px){.picture img{min-width:640px;max-width:none}
.evidence td{min-width:7em}.evidence td:first-child{min-width:15em}}
@media print{body{max-width:none;margin:0}section{break-inside:avoid}}
)css";

}  // namespace eif
