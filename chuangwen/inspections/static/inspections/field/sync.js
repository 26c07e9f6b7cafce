// Sending. What was sent and not acknowledged is sent again under the same key, which the server takes once;
// so it does not matter where the signal, the page or the telephone breaks off.

import * as store from "./store.js";

const AT_ONCE = 50; // findings in one request
// Photos on their way at once: as many as a browser has lines to one server. Each line stays with one of its
// processes, so that with few of them all may end at the same one while the others rest.
const LINES = 6;
const REFUSED = [400, 403, 404, 409, 413, 415, 422];

export class SignedOut extends Error {}
export class CutOff extends Error {}
export class NoSignal extends Error {}
class Refused extends Error {}

async function ask(address, options = {}) {
  let answer;
  try {
    answer = await fetch(address, { ...options, cache: "no-store", redirect: "manual" });
    if (answer.ok) return await answer.json();
  } catch {
    throw new NoSignal();
  }
  if (answer.status === 401 || answer.type === "opaqueredirect") throw new SignedOut();
  if (answer.status === 410) throw new CutOff();
  if (!REFUSED.includes(answer.status)) throw new NoSignal(); // the server is not well: later
  throw new Refused(await sentence(answer));
}

async function sentence(answer) {
  try {
    const problem = await answer.json();
    if (problem.code === "page.form_expired") throw new SignedOut();
    return problem.sentence;
  } catch (fault) {
    if (fault instanceof SignedOut) throw fault;
    return String(answer.status);
  }
}

const door = async (name) => `devices/${await store.device()}/${name}`;
const json = { Accept: "application/json" };

async function post(name, body, headers = {}) {
  const token = await store.noted("token");
  return ask(await door(name), { method: "POST", body, headers: { ...json, ...headers, "X-CSRFToken": token } });
}

// The way of the day, and what has arrived by now; asked for at the beginning and after sending.
export async function refresh() {
  const way = await ask(await door("way.json"), { headers: json });
  const owner = await store.noted("person");
  if (owner && owner !== way.person) {
    // Somebody else's words stay sealed for them; whoever comes after them begins with an empty device.
    if (await store.unsent()) return { ...way, visits: [], foreign: true };
    await store.destroy();
    return refresh();
  }
  await store.note("person", way.person);
  await store.note("token", way.token);
  await store.note("way", way);
  return way;
}

// Asked without a session: a device that was cut off learns it even when nobody is signed in on it.
export async function mayKeep() {
  const { cut_off: cutOff } = await ask(await door("standing.json"), { headers: json });
  if (cutOff) throw new CutOff();
}

// Send everything that waits. Two tabs take turns: the second finds nothing left to do.
export function send() {
  return navigator.locks.request("field-send", async () => {
    const ready = (await store.findings()).filter((row) => !row.draft && !row.arrived && !row.refused);
    for (const visit of new Set(ready.map((row) => row.visit))) {
      const rows = ready.filter((row) => row.visit === visit);
      for (let at = 0; at < rows.length; at += AT_ONCE) await sendRows(visit, rows.slice(at, at + AT_ONCE));
    }
    const arrived = (await store.findings()).filter((row) => row.arrived).map((row) => row.key);
    const photos = (await Promise.all(arrived.map(store.photosOf))).flat().filter((one) => one.state === "waiting");
    // Each line takes the next; when one breaks off, the others finish what they hold.
    const lines = Array.from({ length: LINES }, async () => {
      while (photos.length) await sendPhoto(photos.shift());
    });
    const ends = await Promise.allSettled(lines);
    const broken = ends.find((end) => end.status === "rejected");
    if (broken) throw broken.reason;
  });
}

const wanted = ["key", "criterion", "verdict", "noted_at", "point", "words", "latitude", "longitude"];
const plain = (row) => Object.fromEntries(wanted.map((name) => [name, row[name] ?? null]));

async function sendRows(visit, rows) {
  try {
    const body = JSON.stringify({ visit, rows: rows.map((row) => ({ ...plain(row), words: row.words ?? "" })) });
    const { kept } = await post("findings/", body, { "Content-Type": "application/json" });
    for (const row of rows) if (kept.includes(row.key)) await store.save({ ...row, arrived: true });
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    // One of them is refused: which one, and why, is found out one by one.
    if (rows.length > 1) for (const row of rows) await sendRows(visit, [row]);
    else await store.save({ ...rows[0], refused: fault.message });
  }
}

async function sendPhoto({ key, finding }) {
  const body = new FormData();
  body.set("finding", finding);
  body.set("photo", key);
  body.set("file", await store.photo(key), `${key}.jpg`);
  try {
    await post("photos/", body);
    await store.markPhoto(key, "arrived");
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    await store.markPhoto(key, "refused", fault.message);
  }
}

// What the server has whole needs no copy here.
export async function tidy(way) {
  const there = new Set(way.visits.flatMap((visit) => visit.found).map((one) => one.key));
  for (const row of await store.findings()) {
    const photos = await store.photosOf(row.key);
    if (row.arrived && there.has(row.key) && photos.every((one) => one.state === "arrived")) await store.forget(row.key);
  }
}
