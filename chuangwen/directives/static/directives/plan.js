// The review page: a row shows its sentence, a sentence shows its row, a marked passage becomes a task.
// Without this script the rows' links still jump to their sentences, and a task can be typed in.

const source = document.querySelector("[data-source]");
const rows = [...document.querySelectorAll("[data-task]")];
const passages = [...source.querySelectorAll("[data-tasks]")];

function passagesOf(task) {
  return passages.filter((passage) => passage.dataset.tasks.split(" ").includes(task));
}

/** Mark one task on both sides, and bring the other side's part into view. */
function show(task, bringIntoView) {
  for (const row of rows) row.classList.toggle("chosen", row.dataset.task === task);
  for (const passage of passages) passage.classList.remove("chosen");
  const own = passagesOf(task);
  for (const passage of own) passage.classList.add("chosen");
  bringIntoView(own);
}

for (const row of rows) {
  row.addEventListener("click", (event) => {
    const link = event.target.closest("[data-show]");
    if (event.target.closest("a, button") && !link) return;
    if (link) event.preventDefault();
    show(row.dataset.task, (own) => own[0]?.scrollIntoView({ block: "center" }));
  });
}

for (const passage of passages) {
  passage.addEventListener("click", () => {
    if (!getSelection().isCollapsed) return;
    const [task] = passage.dataset.tasks.split(" ");
    show(task, () => document.getElementById(`task-${task}`).scrollIntoView({ block: "center" }));
  });
}

/** Where the words before this point of the text end, in characters as the server counts them. */
function placeOf(node, offset) {
  const before = document.createRange();
  before.setStart(source, 0);
  before.setEnd(node, offset);
  return [...before.toString()].length;
}

const added = document.querySelector("[data-add-task]");
if (added) {
  const { text, start, end } = added.elements;
  source.addEventListener("mouseup", () => {
    const selection = getSelection();
    if (selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!source.contains(range.commonAncestorContainer)) return;
    text.value = range.toString().trim();
    start.value = placeOf(range.startContainer, range.startOffset);
    end.value = placeOf(range.endContainer, range.endOffset);
  });
}

// After saving, the page opens at #task-12: show that task's sentence too.
const saved = location.hash.match(/^#task-(\d+)$/);
if (saved) show(saved[1], (own) => own[0]?.scrollIntoView({ block: "center" }));
