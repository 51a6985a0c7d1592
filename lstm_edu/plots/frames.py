"""Frames and sliders as HTML that needs nothing but itself: no kernel, no library, no network."""

import json
from collections import Counter
from hashlib import sha256
from html import escape

from lstm_edu.plots.palette import COLOURS
from lstm_edu.plots.svg import prefix_ids, share_definitions

_SHOWN = Counter()  # equal figures on one page still need names of their own


def frames_html(frames, alts, sliders, first):
    """Return a ``<div>`` that shows one of several SVG frames and lets sliders choose which.

    Parameters
    ----------
    frames : list of str
        SVG text of one size, for every combination of values; the last slider runs fastest.
    alts : list of str
        What each frame says.
    sliders : list of Slider
    first : int
        Index of the frame shown before anything moves, and where scripts do not run.
    """
    shared, frames = share_definitions(frames)
    content = "\n".join([shared, *frames, *alts, *(slider.label for slider in sliders)])
    name = f"le-{sha256(content.encode()).hexdigest()[:10]}"
    _SHOWN[name] += 1
    if _SHOWN[name] > 1:
        name += f"-{_SHOWN[name]}"

    shared, *frames = (prefix_ids(svg, f"{name}-") for svg in (shared, *frames))
    shared = shared.replace("<svg ", '<svg class="le-shared" aria-hidden="true" focusable="false" ', 1)
    pictures = "".join(
        f'<div class="le-frame" role="img" aria-label="{escape(alt)}"{"" if k == first else " hidden"}>'
        f"{frame}</div>"
        for k, (frame, alt) in enumerate(zip(frames, alts, strict=True))
    )
    controls = "".join(_control(f"{name}-{k}", slider) for k, slider in enumerate(sliders))
    return (
        f'<div class="le-explore" id="{name}" role="group" aria-label="Figure with sliders">'
        f"<style>{_CSS}</style>{shared}{pictures}"
        f'<div class="le-controls" hidden>{controls}</div>'
        f'<p class="le-said" aria-live="polite"></p>'
        f"<script>{_SCRIPT % json.dumps(name)}</script></div>"
    )


def _control(name, slider):
    texts = [slider.text(value) for value in slider.values]
    return (
        f'<div class="le-control"><label for="{name}">{escape(slider.label)}</label>'
        f'<input type="range" id="{name}" min="0" max="{len(texts) - 1}" step="1" value="{slider.start}" '
        f'autocomplete="off" aria-valuetext="{escape(texts[slider.start])}" '
        f'data-texts="{escape(json.dumps(texts, ensure_ascii=False))}">'
        f'<output for="{name}" aria-live="off" style="min-width: {max(map(len, texts))}ch">'
        f"{escape(texts[slider.start])}</output></div>"
    )


_INK, _PAPER, _ACCENT = (f"var(--le-{name}, {COLOURS[name]})" for name in ("ink", "paper", "c"))

_CSS = f"""
.le-explore {{ position: relative; max-width: 100%; color: {_INK}; background: {_PAPER}; }}
.le-explore .le-shared {{ position: absolute; width: 0; height: 0; }}
.le-explore .le-frame[hidden], .le-explore .le-controls[hidden] {{ display: none; }}
.le-explore .le-frame svg {{ display: block; margin: 0 auto; }}
.le-explore .le-controls {{
  display: grid; grid-template-columns: fit-content(45%) minmax(6rem, 1fr) max-content;
  gap: 0.25rem 0.75rem; align-items: center; max-width: 38rem; margin: 0 auto; padding: 0.5rem;
}}
.le-explore .le-control {{ display: contents; }}
.le-explore input {{ min-width: 0; min-height: 1.75rem; margin: 0; accent-color: {_ACCENT}; }}
.le-explore output {{ font-variant-numeric: tabular-nums; }}
.le-explore .le-said {{
  position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%);
}}
@media (max-width: 30rem) {{
  .le-explore .le-controls {{ display: block; }}
  .le-explore .le-control {{ display: grid; grid-template-columns: 1fr max-content; }}
  .le-explore input {{ grid-area: 2 / 1 / auto / -1; }}
}}
@media print {{ .le-explore .le-controls {{ display: none; }} }}
"""

# What a frame says is read out once, when the slider has come to rest.
_SCRIPT = """
(function () {
  var root = document.getElementById(%s);
  if (!root) return;
  var frames = root.querySelectorAll(".le-frame");
  var inputs = root.querySelectorAll("input");
  var outputs = root.querySelectorAll("output");
  var said = root.querySelector(".le-said");
  var rest;
  function show() {
    var chosen = 0;
    inputs.forEach(function (input, k) {
      var texts = JSON.parse(input.dataset.texts);
      chosen = chosen * texts.length + Number(input.value);
      outputs[k].textContent = texts[input.value];
      input.setAttribute("aria-valuetext", texts[input.value]);
    });
    frames.forEach(function (frame, k) { frame.hidden = k !== chosen; });
    return frames[chosen];
  }
  root.addEventListener("input", function () {
    var frame = show();
    clearTimeout(rest);
    rest = setTimeout(function () { said.textContent = frame.getAttribute("aria-label"); }, 800);
  });
  root.querySelector(".le-controls").hidden = false;
  show();
})();
"""
