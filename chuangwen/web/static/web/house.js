// What every page does besides. Nothing essential depends on it: without a script all forms still work.

const DRAFT = "draft:";
const person = document.body.dataset.person;
const mine = `${DRAFT}${person}:`;
// A page that answers a form itself did not take it in: whatever was taken in is followed by a redirect.
const refused = document.body.dataset.method === "POST" || !person;
const [navigation] = performance.getEntriesByType("navigation");
const wentBack = navigation?.type === "back_forward";

function read(key) {
  return JSON.parse(sessionStorage.getItem(key) ?? "null");
}

function write(key, draft) {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // The store is full or switched off: typing goes on without a draft.
  }
}

// A form that was sent and taken in needs its draft no longer; a refused one still does. Whoever sits down
// at the window of somebody else finds none of their words.
function settleDrafts(takenIn) {
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(DRAFT))) {
    const draft = read(key);
    const strange = person && !key.startsWith(mine);
    if (strange || (draft.sent && takenIn)) sessionStorage.removeItem(key);
    else if (draft.sent) write(key, { ...draft, sent: false });
  }
}

function isTyped(field) {
  return field.name && !["hidden", "password", "file", "submit"].includes(field.type);
}

function typed(form) {
  return [...form.elements]
    .filter(isTyped)
    .map((field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value));
}

// What the person saw when they typed: a draft is not put over what somebody else has changed since.
function seen(form) {
  return form.elements.seen?.value;
}

function restore(form, key, draft) {
  const fields = [...form.elements].filter(isTyped);
  if (draft.seen !== seen(form) || draft.values.length !== fields.length) return;
  if (String(draft.values) === String(typed(form))) return; // the server has given it back already
  fields.forEach((field, index) => {
    if (["checkbox", "radio"].includes(field.type)) field.checked = draft.values[index];
    else field.value = draft.values[index];
  });
  const note = document.getElementById("draft-note").content.cloneNode(true).firstElementChild;
  note.querySelector("button").addEventListener("click", () => {
    sessionStorage.removeItem(key);
    form.reset();
    note.remove();
  });
  form.before(note);
}

function keepDraft(form) {
  const key = mine + form.dataset.draft;
  const draft = read(key);
  // In a page that answers the form, the server has filled it in already.
  if (draft && !refused) restore(form, key, draft);
  const keep = (sent) => write(key, { values: typed(form), seen: seen(form), sent });
  form.addEventListener("input", () => keep(false));
  form.addEventListener("submit", () => read(key) && keep(true));
}

// A second click on the button sends nothing.
function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
}

function sendAgain() {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
}

// Signing out deletes what this browser keeps: whoever has noted something in the field that has not arrived
// is asked first.
function askBeforeLoss(event) {
  const words = event.target.dataset.loss;
  if (words && Number(localStorage.getItem("field-waiting")) > 0 && !confirm(words)) event.preventDefault();
}

// One box in the heading ticks all boxes of its name in the form, and says when some of them are ticked.
function tickAll(box) {
  const boxes = [...box.form.querySelectorAll(`input[name="${box.dataset.tick}"]`)];
  const tell = () => {
    const ticked = boxes.filter((one) => one.checked).length;
    box.checked = ticked === boxes.length;
    box.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  box.addEventListener("change", () => boxes.forEach((one) => (one.checked = box.checked)));
  boxes.forEach((one) => one.addEventListener("change", tell));
  box.hidden = false;
  tell();
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

settleDrafts(!refused && !wentBack);
document.querySelectorAll("form[data-draft]").forEach(keepDraft);
document.querySelectorAll("input[data-tick]").forEach(tickAll);
document.addEventListener("submit", askBeforeLoss);
document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  settleDrafts(false);
  sendAgain();
});
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  closeMenus(null);
  menu?.querySelector("summary").focus();
});
