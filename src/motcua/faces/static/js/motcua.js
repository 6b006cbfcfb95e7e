// Progressive enhancement only: every page works without this file.
(function () {
  "use strict";

  // One submission a form, however often the button is pressed. The server refuses repeats anyway.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-once")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.querySelectorAll("button[type=submit], button:not([type])").forEach(function (button) {
      button.setAttribute("aria-disabled", "true");
      if (button.dataset.busy) button.textContent = button.dataset.busy;
    });
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // Time left, counted from the server's own clock: the device's clock may be wrong.
  function startCountdown(element) {
    var end = performance.now() + Number(element.dataset.countdown) * 1000;
    function show() {
      var left = Math.max(0, Math.round((end - performance.now()) / 1000));
      element.textContent = String(Math.floor(left / 60)).padStart(2, "0") + ":" + String(left % 60).padStart(2, "0");
      if (left === 0) { clearInterval(timer); element.dispatchEvent(new CustomEvent("countdown-over", { bubbles: true })); }
    }
    var timer = setInterval(show, 1000);
    show();
  }

  // The warning before the idle limit (SES-01). Any answered request of this page renews the session, and so the timer.
  var warning = document.getElementById("sap-het-phien");
  var warningTimer = null;
  function restartWarning() {
    if (!warning) return;
    warning.hidden = true;
    clearTimeout(warningTimer);
    var wait = (Number(warning.dataset.seconds) - Number(warning.dataset.warn)) * 1000;
    warningTimer = setTimeout(function () {
      warning.hidden = false;
      warning.querySelector("[tabindex]").focus();
    }, wait);
  }

  function prepare(root) {
    root.querySelectorAll("[data-countdown]").forEach(startCountdown);
    root.querySelectorAll("[data-needs-script]").forEach(function (element) { element.hidden = false; });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-print]");
    if (button) window.print();
  });
  document.addEventListener("DOMContentLoaded", function () {
    prepare(document);
    restartWarning();
    var summary = document.querySelector(".error-summary");
    if (summary) summary.focus();
    document.body.addEventListener("htmx:load", function (event) { if (event.target !== document.body) prepare(event.target); });
    document.body.addEventListener("htmx:afterRequest", function (event) { if (event.detail.successful && !event.detail.elt.hasAttribute("data-background")) restartWarning(); });
  });
})();
