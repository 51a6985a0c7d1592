// Small repairs of what the theme says to screen readers, and what keyboards can reach.
document.addEventListener("DOMContentLoaded", function () {
  // These labels contradict the words that can be seen.
  document.querySelectorAll("details.hide > summary, .search-button-field").forEach(function (element) {
    element.removeAttribute("aria-label");
  });
  // Everything on the page belongs to a landmark.
  document.querySelectorAll(".sidebar-primary-item:has(> .navbar-brand)").forEach(function (element) {
    element.setAttribute("role", "navigation");
    element.setAttribute("aria-label", "Book");
  });
  // Its entries are no list items.
  document.querySelectorAll(".citation-list[role=list]").forEach(function (element) {
    element.removeAttribute("role");
  });
  // What scrolls can be scrolled by keyboard.
  document.querySelectorAll(".pst-scrollable-table-container").forEach(function (element) {
    if (element.scrollWidth > element.clientWidth) {
      element.tabIndex = 0;
    }
  });
});

window.addEventListener("load", function () {
  if (!window.MathJax || !window.MathJax.startup) return;
  window.MathJax.startup.promise.then(function () {
    document.querySelectorAll("mjx-container:not([display])").forEach(function (formula) {
      if (formula.getBoundingClientRect().width > formula.closest("p, li, td, div").clientWidth) {
        formula.classList.add("le-wide");
        formula.tabIndex = 0;
      }
    });
  });
});

// Paper is white, whatever the screen was.
(function () {
  var page = document.documentElement, shown;
  window.addEventListener("beforeprint", function () {
    shown = page.dataset.theme;
    page.dataset.theme = "light";
  });
  window.addEventListener("afterprint", function () {
    page.dataset.theme = shown;
  });
})();
