// Forms and pages work without this file. It keeps a form from being sent twice by a double click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // A page that comes back out of the browser's memory may be sent again.
  window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
});
