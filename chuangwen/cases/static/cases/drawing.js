// Frames drawn on a photo become numbers of the first row that is empty. Without it, numbers are typed.

const drawing = document.querySelector("[data-drawing]");
const rows = () => [...document.querySelectorAll("[data-box]")];
let start = null;
let frame = null;

// Where the pointer is, in pixels of the photo.
function place(event) {
  const point = new DOMPoint(event.clientX, event.clientY);
  const { x, y } = point.matrixTransform(drawing.getScreenCTM().inverse());
  const { width, height } = drawing.viewBox.baseVal;
  return { x: Math.round(Math.min(Math.max(x, 0), width)), y: Math.round(Math.min(Math.max(y, 0), height)) };
}

function box(end) {
  return {
    left: Math.min(start.x, end.x),
    top: Math.min(start.y, end.y),
    width: Math.abs(start.x - end.x),
    height: Math.abs(start.y - end.y),
  };
}

function show({ left, top, width, height }) {
  const numbers = { x: left, y: top, width, height };
  for (const [name, value] of Object.entries(numbers)) frame.setAttribute(name, value);
}

function enter(numbers) {
  const field = (row, name) => row.querySelector(`input[name$="-${name}"]`);
  const empty = rows().find((row) => !field(row, "left").value);
  if (!empty) return false;
  for (const [name, value] of Object.entries(numbers)) field(empty, name).value = value;
  return true;
}

if (drawing) {
  document.querySelector("[data-drawing-hint]").hidden = false;
  drawing.addEventListener("pointerdown", (event) => {
    start = place(event);
    frame = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    drawing.append(frame);
    drawing.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  drawing.addEventListener("pointermove", (event) => start && show(box(place(event))));
  drawing.addEventListener("pointerup", (event) => {
    if (!start) return;
    const drawn = box(place(event));
    if (drawn.width < 4 || drawn.height < 4 || !enter(drawn)) frame.remove();
    start = frame = null;
  });
}
