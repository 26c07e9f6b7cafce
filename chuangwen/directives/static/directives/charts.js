// Draws each chart from the table beside it: there is no number in a chart that is not in its table.

const ink = getComputedStyle(document.documentElement);
const colour = (name) => ink.getPropertyValue(name).trim();
const COLOURS = ["--tblr-danger", "--tblr-primary", "--tblr-purple", "--tblr-green"].map(colour);

function read(table) {
  const cells = (row) => [...row.cells].map((cell) => cell.dataset.value ?? cell.textContent.trim());
  const [heads, ...rows] = [...table.tHead.rows, ...table.tBodies[0].rows].map(cells);
  return { names: heads.slice(1), labels: rows.map((row) => row[0]), columns: heads.slice(1).map((_, at) => rows.map((row) => Number(row[at + 1]))) };
}

// The longest bar on top, as in the table; only the first number: the second would hide it.
function bars({ names, labels, columns }) {
  return {
    color: COLOURS,
    grid: { left: 8, right: 48, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: "value", minInterval: 1 },
    yAxis: { type: "category", data: labels, inverse: true, axisTick: { show: false } },
    series: [{ name: names[0], type: "bar", data: columns[0], barMaxWidth: 18, label: { show: true, position: "right" } }],
  };
}

function lines({ names, labels, columns }) {
  return {
    color: [...COLOURS.slice(1), "#c77700"],
    grid: { left: 8, right: 24, top: 40, bottom: 8, containLabel: true },
    legend: { top: 4 },
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", data: labels },
    yAxis: { type: "value", minInterval: 1 },
    series: names.map((name, at) => ({ name, type: "line", step: "end", showSymbol: labels.length === 1, data: columns[at] })),
  };
}

// Counts by month: every line with its own mark, so that nobody needs its colour; more than six would be a tangle.
const MARKS = ["circle", "rect", "triangle", "diamond", "arrow", "pin"];

function counts(figures) {
  const options = lines({ ...figures, names: figures.names.slice(0, MARKS.length) });
  options.color = [...COLOURS, "#c77700", "#0ca678"];
  options.grid.top = 72;
  options.legend = { top: 4, type: "scroll" };
  options.series.forEach((line, at) => Object.assign(line, { step: false, showSymbol: true, symbol: MARKS[at], symbolSize: 8 }));
  return options;
}

const KINDS = { bar: bars, line: lines, counts };

function draw(place) {
  const figures = read(document.getElementById(place.dataset.table));
  if (place.dataset.chart === "bar") place.style.height = `${2.5 + figures.labels.length * 1.75}rem`;
  const chart = echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({ animation: false, textStyle: { fontFamily: ink.fontFamily }, ...KINDS[place.dataset.chart](figures) });
  new ResizeObserver(() => chart.resize()).observe(place);
}

document.querySelectorAll("[data-chart]").forEach(draw);
// A figure that came after the page.
document.body.addEventListener("htmx:afterSwap", (event) => event.detail.elt.querySelectorAll("[data-chart]").forEach(draw));
