// The style sheet. Phone first; light and dark; nothing moves; no fonts or scripts from anywhere, no
// image but the bank's logo. All text stands at 4.5:1 against its ground or better (WCAG 2.2,
// 1.4.3), borders of fields and the focus ring at 3:1 (1.4.11).
#include "consent/frame.hpp"

namespace multipass {

std::string_view style_sheet() {
  return R"css(:root {
  color-scheme: light dark;
  --ground: #f2f4f7; --card: #ffffff; --ink: #16212e; --quiet: #51606f; --line: #d5dce4;
  --edge: #76869a; --bar: #0d2f52; --bar-ink: #ffffff; --bar-quiet: #c5d5e6;
  --act: #0b5cad; --act-over: #084a8c; --act-ink: #ffffff; --soft: #eef4fb;
  --wrong: #a8071a; --wrong-soft: #fdf0f0; --sand: #fff3cd; --sand-ink: #5c4400;
  --good: #14602e; --good-soft: #edf7f0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e151d; --card: #18212c; --ink: #e7edf3; --quiet: #a5b3c2; --line: #303d4b;
    --edge: #7f90a3; --bar: #0a1f36; --bar-ink: #f2f6fa; --bar-quiet: #a9bdd2;
    --act: #82b7f2; --act-over: #a6ccf7; --act-ink: #0a1a2b; --soft: #1d2a38;
    --wrong: #ff9b9b; --wrong-soft: #321c20; --sand: #3b3112; --sand-ink: #f6df9c;
    --good: #7fd69b; --good-soft: #172b20;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans",
    "Liberation Sans", Arial, sans-serif;
  min-height: 100vh; display: flex; flex-direction: column;
}
.column { width: 100%; max-width: 36rem; margin: 0 auto; padding: 0 1rem; }
.bank { background: var(--bar); color: var(--bar-ink); }
.bank .column {
  display: flex; align-items: center; gap: .75rem; min-height: 4rem; line-height: 1.3;
}
.mark { flex: none; fill: currentColor; }
.logo { flex: none; height: 2.5rem; max-width: 8rem; padding: .25rem; border-radius: .3rem;
  background: #ffffff; object-fit: contain; }
.bank-name {
  font-size: 1.125rem; font-weight: 650; letter-spacing: .005em; overflow-wrap: anywhere;
}
.service { margin-inline-start: auto; font-size: .875rem; color: var(--bar-quiet); white-space: nowrap; }
.sandbox { background: var(--sand); color: var(--sand-ink); font-size: .875rem; padding: .5rem 0; }
main.column { padding: 0; flex: 1 0 auto; }
.card {
  background: var(--card); padding: 1.5rem 1rem 1.75rem; border-bottom: 1px solid var(--line);
}
footer.column { color: var(--quiet); font-size: .875rem; padding-top: 1rem; }
h1 {
  font-size: 1.625rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em;
  margin: 0 0 1rem;
}
h2, legend { font-size: 1.0625rem; line-height: 1.4; font-weight: 650; margin: 0; padding: 0; }
p { margin: 0 0 1rem; text-wrap: pretty; }
bdi { overflow-wrap: anywhere; }
a { color: var(--act); text-underline-offset: .15em; }
.step { margin: 0 0 .25rem; color: var(--quiet); font-size: .875rem; font-weight: 600; }
.lead { font-size: 1.0625rem; }
.quiet, .who { color: var(--quiet); font-size: .9375rem; }
.who { margin-bottom: .5rem; }
form { margin: 1.5rem 0; }
form:last-child { margin-bottom: 0; }
.card > :last-child { margin-bottom: 0; }
.field { margin: 0 0 1.25rem; }
.field label { display: block; font-weight: 600; margin-bottom: .3rem; }
.hint { margin: -.2rem 0 .35rem; color: var(--quiet); font-size: .9375rem; }
.field input {
  width: 100%; min-height: 3rem; padding: .5rem .75rem; font: inherit; font-size: 1.0625rem;
  color: var(--ink); background: var(--card); border: 1px solid var(--edge); border-radius: .4rem;
}
.field input.code { max-width: 11rem; letter-spacing: .2em; font-variant-numeric: tabular-nums; }
.field input[aria-invalid="true"] { border: 2px solid var(--wrong); }
fieldset { border: 0; margin: 0 0 1.75rem; padding: 0; min-width: 0; }
legend { margin-bottom: .6rem; }
.choice {
  position: relative; display: flex; gap: .8rem; align-items: flex-start; padding: .8rem .9rem;
  border: 1px solid var(--line); background: var(--card);
}
.choice + .choice { border-top: 0; }
fieldset .choice:first-of-type { border-radius: .5rem .5rem 0 0; }
fieldset .choice:last-of-type { border-radius: 0 0 .5rem .5rem; }
fieldset .choice:only-of-type { border-radius: .5rem; }
.choice:hover { background: var(--soft); }
.choice input {
  position: relative; z-index: 1; flex: none; width: 1.375rem; height: 1.375rem;
  margin: .1rem 0 0; accent-color: var(--act);
}
.choice label { flex: 1; min-width: 0; }
/* The whole row is the target, not only box and words (WCAG 2.2, 2.5.8). */
.choice label::after { content: ""; position: absolute; inset: 0; }
.name { display: block; font-weight: 600; }
.meaning { display: block; color: var(--quiet); font-size: .9375rem; }
.iban { font-variant-numeric: tabular-nums; margin-inline-end: .35rem; }
.facts {
  margin: 0 0 1.5rem; padding: .25rem .9rem; background: var(--soft); border-radius: .5rem;
}
.facts div {
  display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: .5rem 0;
}
.facts div + div { border-top: 1px solid var(--line); }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; font-weight: 600; }
.never { margin: 0 0 1rem; }
.never ul, .problem ul { margin: .4rem 0 0; padding-inline-start: 1.25rem; }
.none { padding: .9rem; border: 1px solid var(--line); border-radius: .5rem; }
.problem {
  margin: 0 0 1.5rem; padding: 1rem; border: 1px solid var(--wrong);
  border-inline-start-width: .4rem;
  border-radius: .4rem; background: var(--wrong-soft);
}
.problem h2, .problem a { color: var(--wrong); }
.problem p { margin: .4rem 0 0; }
.done {
  margin: 0 0 1.5rem; padding: 1rem; border: 1px solid var(--good); border-inline-start-width: .4rem;
  border-radius: .4rem; background: var(--good-soft);
}
.done h2 { color: var(--good); }
.done p { margin: .4rem 0 0; }
.consents { list-style: none; margin: 0 0 2rem; padding: 0; }
.consents h3 { font-size: 1.0625rem; line-height: 1.4; font-weight: 650; margin: 0 0 .6rem; }
.consent { padding: 1.25rem 0; border-top: 1px solid var(--line); }
.consent .facts { margin: 0 0 1rem; }
.facts ul { margin: 0; padding: 0; list-style: none; }
.facts dd:has(ul) { flex: 1 0 100%; }
.facts .meaning { font-weight: 400; }
h2 + .consents, h2 + .facts { margin-top: .6rem; }
.complaint { color: var(--wrong); font-weight: 600; margin-bottom: .6rem; }
.wrong .choice { border-color: var(--wrong); }
.buttons { display: flex; flex-direction: column; gap: .75rem; margin-top: 1.5rem; }
button, .button {
  min-height: 3rem; padding: .65rem 1.5rem; font: inherit; font-size: 1.0625rem; font-weight: 600;
  text-align: center; text-decoration: none; border-radius: .4rem; border: 1px solid var(--act);
  cursor: pointer;
}
button[hidden] { display: none; }
.primary { background: var(--act); color: var(--act-ink); }
.primary:hover { background: var(--act-over); border-color: var(--act-over); }
.secondary { background: transparent; color: var(--act); }
.secondary:hover { background: var(--soft); }
.button { display: inline-block; }
:focus-visible, .problem:focus, .done:focus { outline: 3px solid var(--act); outline-offset: 2px; }
.problem:focus { outline-color: var(--wrong); }
.done:focus { outline-color: var(--good); }
.choice:focus-within { z-index: 1; }
.qr { display: block; width: 100%; max-width: 16rem; height: auto; margin: 0 auto 1.25rem; }
.secret {
  display: block; padding: .75rem .9rem; background: var(--soft); border-radius: .5rem;
  font: 1.0625rem/1.6 ui-monospace, "DejaVu Sans Mono", "Liberation Mono", monospace;
  overflow-wrap: anywhere;
}
@media (min-width: 40rem) {
  main.column { padding: 2.5rem 1rem .25rem; }
  .card { padding: 2.25rem 2.5rem 2.5rem; border: 1px solid var(--line); border-radius: .75rem; }
  h1 { font-size: 1.875rem; }
  .buttons { flex-direction: row; }
  .buttons > * { min-width: 10rem; }
}
@media (forced-colors: active) {
  .mark { fill: CanvasText; }
}
)css";
}

}  // namespace multipass
