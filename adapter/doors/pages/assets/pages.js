// Forms and pages work without this file.

// Keep a form from being sent twice by a double click.
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

// Warn before a session ends for want of use, so that nothing that was typed is lost.
const ends = document.getElementById("session-ends");
if (ends) {
  const stay = document.getElementById("stay");
  let warning;
  const wait = () => {
    ends.hidden = true;
    clearTimeout(warning);
    warning = setTimeout(() => (ends.hidden = false), ends.dataset.afterSeconds * 1000);
  };
  // Any page makes the session last, and only somebody who is signed in gets this warning in it.
  stay.addEventListener("click", async () => {
    const page = await (await fetch("/")).text();
    if (page.includes('id="session-ends"')) {
      wait();
      return;
    }
    ends.querySelector("p").textContent = ends.dataset.ended;
    stay.hidden = true;
  });
  wait();
}
