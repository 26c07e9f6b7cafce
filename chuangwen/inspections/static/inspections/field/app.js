// The pages of the field app: the way of the day, a visit's places, one check. Drawn from what the device
// holds, so that they are the same with and without signal; whatever is touched is kept at once.

import * as store from "./store.js";
import * as sync from "./sync.js";

const main = document.getElementById("content");
const bar = document.getElementById("bar");
const EVERY = 30_000; // milliseconds between two tries while something waits

let way; // as it was last fetched
let place = null; // where the device is, if its owner lets it say so
let trouble = ""; // the template that says why nothing is sent

function draw(id, words = {}) {
  const drawn = document.getElementById(id).content.cloneNode(true);
  for (const slot of drawn.querySelectorAll("[data-slot]")) slot.textContent = words[slot.dataset.slot] ?? "";
  for (const part of drawn.querySelectorAll("[data-if]")) if (!words[part.dataset.if]) part.remove();
  return drawn;
}

function show(drawn) {
  main.replaceChildren(drawn);
  window.scrollTo(0, 0);
  main.querySelector("h1")?.focus();
}

const sameCheck = (row, at) => row.point === at.point && row.criterion === at.criterion;
const addressOf = (number, at) => `#${number}/${at.point ?? 0}/${at.criterion}`;

// What stands at a check: arrived ones as the server has them, and those that only this device holds.
async function rowsOf(visit) {
  const there = new Set(visit.found.map((row) => row.key));
  const own = (await store.findings()).filter((row) => row.visit === visit.number && !there.has(row.key));
  return [...visit.found.map((row) => ({ ...row, arrived: true })), ...own];
}

// What this device holds of visits, points or checks that are not on the way any more: it is not hidden.
async function leftOver(drawn, holds) {
  const rows = (await store.findings()).filter((row) => !row.arrived && holds(row));
  const list = drawn.querySelector("[data-left]");
  for (const row of rows) list.append(await drawFinding(row, false));
  if (!rows.length) list.closest("section").remove();
}

async function drawWay() {
  const drawn = draw("way", { name: way.name, empty: !way.visits.length && !way.foreign, foreign: way.foreign });
  const numbers = way.visits.map((visit) => visit.number);
  await leftOver(drawn, (row) => !way.foreign && !numbers.includes(row.visit));
  const list = drawn.querySelector("[data-list]");
  for (const visit of way.visits) {
    const rows = await rowsOf(visit);
    const all = visit.places.reduce((sum, one) => sum + one.checks.length, 0);
    const seen = visit.places.flatMap((one) => one.checks.map((check) => ({ ...check, point: one.point })));
    const done = seen.filter((at) => rows.some((row) => !row.draft && sameCheck(row, at))).length;
    const item = draw("way-visit", { ...visit, done, all });
    item.querySelector("a").href = `#${visit.number}`;
    list.append(item);
  }
  show(drawn);
}

async function drawVisit(visit) {
  const drawn = draw("visit", visit);
  const rows = await rowsOf(visit);
  const places = visit.places.flatMap((one) => one.checks.map((check) => ({ ...check, point: one.point })));
  await leftOver(drawn, (row) => row.visit === visit.number && !places.some((at) => sameCheck(row, at)));
  for (const one of visit.places) {
    const section = draw("place", { ...one, unit: !one.point });
    for (const check of one.checks) {
      const at = { point: one.point, criterion: check.criterion };
      const last = rows.filter((row) => sameCheck(row, at)).at(-1);
      const item = draw("place-check", { text: check.text });
      item.querySelector("a").href = addressOf(visit.number, at);
      item.querySelector("[data-mark]").append(draw(`mark-${markOf(last)}`));
      section.querySelector("[data-list]").append(item);
    }
    drawn.querySelector("[data-places]").append(section);
  }
  show(drawn);
}

function markOf(row) {
  if (!row) return "none";
  if (row.refused) return "refused";
  return row.draft ? "draft" : row.verdict;
}

async function drawCheck(visit, at) {
  const one = visit.places.find((each) => each.point === at.point);
  const check = one?.checks.find((each) => each.criterion === at.criterion);
  if (!check) return drawVisit(visit);
  const rows = (await rowsOf(visit)).filter((row) => sameCheck(row, at));
  const drawn = draw("check", { ...check, unit: visit.unit, where: one.name || visit.unit });
  drawn.querySelector("[data-back]").href = `#${visit.number}`;
  for (const row of rows.filter((each) => !each.draft)) {
    drawn.querySelector("[data-list]").append(await drawFinding(row));
  }
  const draft = rows.find((row) => row.draft);
  await workOn(drawn.querySelector("form"), draft ?? begin(visit, at));
  return show(drawn);
}

async function drawFinding(row, mends = true) {
  const photos = row.arrived && row.photos ? row.photos.map(() => ({})) : await store.photosOf(row.key);
  const why = row.refused ?? photos.find((one) => one.why)?.why ?? "";
  const words = { words: row.words, by: row.by ?? "", why, photos: photos.length, waits: !row.arrived && !row.refused };
  const drawn = draw("finding", { ...words, arrived: row.arrived, has: photos.length > 0, mends: mends && row.refused });
  drawn.querySelector("[data-mark]").append(draw(`mark-${markOf(row)}`));
  drawn.querySelector("[data-again]")?.addEventListener("click", async () => {
    await store.again(row.key);
    await turn();
  });
  return drawn;
}

function begin(visit, at) {
  return { key: crypto.randomUUID(), visit: visit.number, ...at, verdict: "", words: "", draft: true };
}

// The form of one finding. Each touch is written before the next is: a telephone that dies loses at most
// the letter that was being typed.
async function workOn(form, finding) {
  let writing = Promise.resolve();
  const keep = (more = {}, files = []) => {
    Object.assign(finding, more);
    const now = { ...finding };
    writing = writing.then(() => store.save(now, files));
    return writing;
  };
  form.elements.words.value = finding.words;
  for (const choice of form.querySelectorAll("[name=verdict]")) choice.checked = choice.value === finding.verdict;
  await drawPhotos(form, finding.key);
  form.addEventListener("input", ({ target }) => {
    if (target.name === "verdict" || target.name === "words") keep({ [target.name]: target.value });
  });
  form.elements.photos.addEventListener("change", async ({ target }) => {
    const files = [...target.files];
    await keep({}, files);
    target.value = "";
    await drawPhotos(form, finding.key);
  });
  form.elements.place.checked = localStorage.getItem("field-place") === "yes";
  form.elements.place.addEventListener("change", ({ target }) => {
    localStorage.setItem("field-place", target.checked ? "yes" : "no");
    findPlace();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!finding.verdict) return;
    const where = form.elements.place.checked && place ? place : { latitude: null, longitude: null };
    await keep({ draft: false, noted_at: new Date().toISOString(), ...where });
    await drawBar();
    form.remove();
    location.hash = `#${finding.visit}`;
    await sendNow();
  });
}

async function drawPhotos(form, key) {
  const list = form.querySelector("[data-photos]");
  list.replaceChildren();
  for (const one of await store.photosOf(key)) {
    const item = draw("photo");
    item.querySelector("button").addEventListener("click", async () => {
      await store.dropPhoto(one.key);
      await drawPhotos(form, key);
    });
    list.append(item);
    await drawSmall(list.lastElementChild.querySelector("canvas"), await store.photo(one.key));
  }
}

async function drawSmall(canvas, photo) {
  try {
    const picture = await createImageBitmap(photo, { resizeHeight: canvas.height, resizeQuality: "low" });
    canvas.width = picture.width;
    canvas.getContext("2d").drawImage(picture, 0, 0);
  } catch {
    canvas.classList.add("unseen"); // a format that this browser does not draw; the server does
  }
}

function findPlace() {
  place = null;
  if (localStorage.getItem("field-place") !== "yes" || !navigator.geolocation) return;
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    place = { latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6) };
  });
}

async function turn() {
  const [number, point, criterion] = location.hash.slice(1).split("/");
  const visit = way.visits.find((one) => one.number === number);
  if (!visit) return drawWay();
  if (!criterion) return drawVisit(visit);
  findPlace();
  return drawCheck(visit, { point: Number(point) || null, criterion: Number(criterion) });
}

async function drawBar() {
  const count = await store.waiting();
  const waits = count.findings + count.photos > 0;
  const sent = !trouble && !(await store.unsent());
  const drawn = draw("state", { ...count, waits, sent, last: await store.noted("last") });
  if (trouble) drawn.querySelector("[data-trouble]").append(draw(trouble));
  drawn.querySelector("[data-send]")?.addEventListener("click", sendNow);
  bar.replaceChildren(drawn);
}

// Send, fetch what has arrived, and say how it went. Never throws: without signal everything stays here.
async function sendNow() {
  try {
    await sync.mayKeep();
    await sync.send();
    const fresh = await sync.refresh();
    await sync.tidy(fresh);
    way = fresh;
    trouble = "";
    await store.note("last", new Date().toTimeString().slice(0, 5));
  } catch (fault) {
    if (fault instanceof sync.CutOff) return cutOff();
    if (fault instanceof sync.SignedOut) trouble = "signed-out";
    else if (fault instanceof sync.NoSignal) trouble = "no-signal";
    else throw fault;
  }
  await drawBar();
  if (!main.querySelector("form")) await turn(); // nobody's form is redrawn under their fingers
}

async function cutOff() {
  await store.destroy();
  way = { visits: [], name: "" };
  bar.replaceChildren();
  show(draw("cut-off"));
}

async function leave() {
  const words = document.getElementById("leave-words").content.textContent.trim();
  if ((await store.unsent()) && !window.confirm(words)) return;
  const token = await store.noted("token");
  await store.destroy();
  try {
    await fetch(document.body.dataset.leave, { method: "POST", headers: { "X-CSRFToken": token } });
  } finally {
    location.assign(document.body.dataset.desk);
  }
}

async function start() {
  if ("serviceWorker" in navigator) await navigator.serviceWorker.register("worker.js");
  way = (await store.noted("way")) ?? { visits: [], name: "" };
  await drawBar();
  await turn();
  await sendNow();
  window.addEventListener("hashchange", turn);
  window.addEventListener("online", sendNow);
  window.addEventListener("offline", drawBar);
  document.getElementById("leave").addEventListener("click", leave);
  setInterval(async () => {
    const { findings, photos } = await store.waiting();
    if (findings + photos && !document.hidden) await sendNow();
  }, EVERY);
  document.body.dataset.ready = "yes";
}

await start();
