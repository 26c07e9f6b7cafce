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

const added = document.querySelector("[data-add-task] textarea");
if (added) {
  source.addEventListener("mouseup", () => {
    const words = getSelection().toString().trim();
    if (words) added.value = words;
  });
}

// After saving, the page opens at #task-12: show that task's sentence too.
const saved = location.hash.match(/^#task-(\d+)$/);
if (saved) show(saved[1], (own) => own[0]?.scrollIntoView({ block: "center" }));
