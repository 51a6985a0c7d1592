// A drawing whose parts carry data-equation="5 6" lights up with the equations around it.
// Without this script it is a still drawing, complete in itself.
document.addEventListener("DOMContentLoaded", function () {
  document.querySelectorAll("svg.le-figure:has(desc[data-equation])").forEach(light);
});

function light(svg) {
  const texts = [...svg.querySelectorAll("desc[data-equation]")];
  const parts = [...svg.querySelectorAll("g[data-equation]")];
  const formulas = [...svg.closest("section").querySelectorAll("div.math")];
  if (formulas.length !== texts.length) {
    throw new Error(`The drawing knows ${texts.length} equations, its section has ${formulas.length}.`);
  }
  const numbers = texts.map((text) => text.dataset.equation);
  const equationsOf = (part) => part.dataset.equation.split(" ");

  // One row of buttons, one line of words; both stay on the screen with the drawing.
  const figure = document.createElement("div");
  figure.className = "le-lit-diagram";
  svg.replaceWith(figure);
  const row = document.createElement("div");
  row.setAttribute("role", "toolbar");
  row.setAttribute("aria-label", "Light up an equation");
  const buttons = texts.map(function ({ dataset: { equation, letter, name } }, k) {
    const button = document.createElement("button");
    button.type = "button";
    button.innerHTML = `(${equation}) <i>${letter}</i>`;
    button.setAttribute("aria-label", `(${equation}) ${letter}, ${name}`);
    button.tabIndex = k === 0 ? 0 : -1;
    [button, formulas[k]].forEach((element) => element.style.setProperty("--le-own", `var(--le-${letter})`));
    return button;
  });
  row.append(...buttons);
  const words = document.createElement("p");
  figure.append(svg, row, words);

  let chosen = null; // by button, by a tap on an equation or on a part of the drawing
  let pointed = null; // under the mouse, or focused
  let read = null; // where the page has been scrolled to
  let readWhenChosen = null;
  let scrolledByHand = false;

  function show(aloud) {
    const lit = pointed ?? chosen ?? read;
    parts.forEach(function (part) {
      part.classList.toggle("le-lit", lit !== null && equationsOf(part).includes(lit));
      part.classList.toggle("le-dim", lit !== null && !equationsOf(part).includes(lit));
    });
    numbers.forEach(function (number, k) {
      formulas[k].classList.toggle("le-marked", number === lit);
      buttons[k].classList.toggle("le-marked", number === lit);
      buttons[k].setAttribute("aria-pressed", String(number === chosen));
    });
    const said =
      lit === null
        ? "Choose an equation, or a part of the drawing."
        : texts[numbers.indexOf(lit)].textContent;
    words.setAttribute("aria-live", aloud ? "polite" : "off");
    if (words.textContent !== said) words.textContent = said;
  }

  function choose(number) {
    chosen = number;
    pointed = null;
    readWhenChosen = read;
    scrolledByHand = false;
    show(true);
  }

  buttons.forEach(function (button, k) {
    button.addEventListener("click", () => choose(numbers[k] === chosen ? null : numbers[k]));
    button.addEventListener("focus", () => buttons.forEach((b) => (b.tabIndex = b === button ? 0 : -1)));
  });
  row.addEventListener("keydown", function (event) {
    const here = buttons.indexOf(document.activeElement);
    const last = buttons.length - 1;
    const there = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: last }[event.key];
    if (event.key === "Escape") choose(null);
    if (there === undefined) return;
    event.preventDefault();
    const next = Math.min(Math.max(there, 0), last);
    buttons[next].focus({ preventScroll: true });
    choose(numbers[next]);
  });

  formulas.forEach(function (formula, k) {
    const point = (number) => () => {
      pointed = number;
      show(false);
    };
    formula.classList.add("le-lights");
    formula.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && point(numbers[k])());
    formula.addEventListener("pointerleave", point(null));
    formula.addEventListener("focusin", point(numbers[k]));
    formula.addEventListener("focusout", point(null));
    formula.addEventListener("click", () => choose(numbers[k] === chosen ? null : numbers[k]));
  });

  // A part of several equations goes through them, click by click.
  svg.addEventListener("click", function (event) {
    const part = event.target.closest("g[data-equation]");
    if (!part) return;
    const next = equationsOf(part)[equationsOf(part).indexOf(chosen) + 1] ?? null;
    choose(next);
    if (next === null) return;
    const formula = formulas[numbers.indexOf(next)];
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    formula.style.scrollMarginTop = `${Math.ceil(figure.offsetHeight + top())}px`;
    formula.scrollIntoView({ block: "nearest", behavior: still ? "instant" : "smooth" });
  });

  // While the drawing is stuck to the top of the screen, it follows the reader.
  const top = () => parseFloat(getComputedStyle(figure).top) || 0;
  function follow() {
    const box = figure.getBoundingClientRect();
    const stuck = getComputedStyle(figure).position === "sticky" && box.top <= top() + 1;
    const below = formulas.map(function (formula) {
      const { top, bottom } = formula.getBoundingClientRect();
      const down = (top + bottom) / 2 - box.bottom;
      return down < 0 ? Infinity : down; // behind the drawing: read already
    });
    const nearest = Math.min(...below);
    const before = read;
    read = stuck && nearest < innerHeight / 3 ? numbers[below.indexOf(nearest)] : null;
    if (chosen !== null && scrolledByHand && read !== readWhenChosen) chosen = null;
    figure.classList.toggle("le-stuck", stuck);
    if (read !== before) show(false);
  }
  ["wheel", "touchmove"].forEach((kind) =>
    addEventListener(kind, () => (scrolledByHand = true), { passive: true }),
  );
  let waiting = false;
  addEventListener(
    "scroll",
    function () {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(function () {
        waiting = false;
        follow();
      });
    },
    { passive: true },
  );
  show(false);
  follow();
}
