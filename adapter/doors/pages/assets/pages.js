// Forms and pages work without this file.

// Keep a form from being sent twice by a double click.
const WHILE_SENT = 5000;
const canBeSentAgain = () => {
  for (const form of document.forms) delete form.dataset.sent;
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Nothing tells that the browser's own button stopped the sending.
  setTimeout(canBeSentAgain, WHILE_SENT);
});
window.addEventListener("keydown", (event) => event.key === "Escape" && canBeSentAgain());
// A page that comes back out of the browser's memory.
window.addEventListener("pageshow", canBeSentAgain);

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

// Offer people whom a name or number can mean, while somebody types.
for (const field of document.querySelectorAll("input[data-people]")) {
  let pause;
  const offer = async () => {
    const answer = await fetch(`${field.dataset.people}?q=${encodeURIComponent(field.value)}`);
    if (answer.redirected || !answer.ok) return;
    const people = await answer.json();
    field.list.replaceChildren(...people.map(([number, words]) => new Option(words, number)));
  };
  field.addEventListener("input", () => {
    clearTimeout(pause);
    if (field.value.trim().length > 1) pause = setTimeout(offer, 150);
  });
}

// In the table of a tranche the arrows go up and down a column, as in a spreadsheet.
document.querySelector(".weighing")?.addEventListener("keydown", (event) => {
  const steps = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" };
  if (!(event.key in steps) || !event.target.matches("input")) return;
  const column = event.target.name.split("-")[0];
  let row = event.target.closest("tr");
  let field;
  while (row && !field) {
    row = row[steps[event.key]];
    field = row?.querySelector(`[name^="${column}-"]`);
  }
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select?.();
});
