// What the device holds until it has arrived: sealed with a key that never leaves the browser, and that
// signing out destroys. A finding is written whole or not at all, and is on the disk when `save` answers.

import { deleteDB, openDB } from "../../idb/index.js";

const KEPT = "field";
const KEYS = "field-key";
// Told to the rest of the site, which asks before it signs somebody out who has not sent everything.
const WAITING = "field-waiting";

// Pixels of a photo's longer side, as it is kept here: what the server would make of it is not much more, and
// a weak network carries it ten times as fast.
const LONG_SIDE = 2048;
const SAFE = { durability: "strict" };
let held; // the open stores and the key

async function open() {
  if (held) return held;
  const keys = await openDB(KEYS, 1, { upgrade: (db) => db.createObjectStore("keys") });
  const kept = await openDB(KEPT, 1, {
    upgrade(db) {
      db.createObjectStore("notes"); // the device's own key, whose it is, the way of the day
      db.createObjectStore("findings", { keyPath: "key" });
      db.createObjectStore("photos", { keyPath: "key" }).createIndex("finding", "finding");
    },
  });
  // Another page closes its stores when this one wants them gone.
  for (const db of [keys, kept]) db.addEventListener("versionchange", () => db.close());
  held = { kept, keys, key: await sealingKey(keys) };
  return held;
}

async function sealingKey(keys) {
  const known = await keys.get("keys", "sealing");
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const write = keys.transaction("keys", "readwrite", SAFE);
  // Two tabs opened at once: the first key stands.
  const first = await write.store.get("sealing");
  if (!first) await write.store.put(made, "sealing");
  await write.done;
  return first ?? made;
}

async function seal(bytes) {
  const { key } = await open();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
}

async function unseal({ iv, sealed }) {
  const { key } = await open();
  return crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);
}

const sealWords = (value) => seal(new TextEncoder().encode(JSON.stringify(value)));
const unsealWords = async (row) => JSON.parse(new TextDecoder().decode(await unseal(row)));

export async function note(name, value) {
  const row = await sealWords(value);
  const { kept } = await open();
  const write = kept.transaction("notes", "readwrite", SAFE);
  await write.store.put(row, name);
  await write.done;
}

export async function noted(name) {
  const { kept } = await open();
  const row = await kept.get("notes", name);
  return row && unsealWords(row);
}

// The key by which the server knows this device; made once.
export async function device() {
  const known = await noted("device");
  if (known) return known;
  const made = crypto.randomUUID();
  await note("device", made);
  return made;
}

// A photo in the size that is kept; one that this browser cannot draw is kept as it is, for the server to see.
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const share = LONG_SIDE / Math.max(picture.width, picture.height);
    if (share >= 1) return file;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height].map((side) => Math.round(side * share));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85))) ?? file;
  } catch {
    return file;
  }
}

// `finding` is whole, or a draft that is still being written (`draft`); `files` are photos new with it.
export async function save(finding, files = []) {
  const row = { key: finding.key, ...(await sealWords(finding)) };
  const photos = [];
  for (const file of files) {
    const made = await smaller(file);
    const sealed = await seal(await made.arrayBuffer());
    photos.push({ key: crypto.randomUUID(), finding: finding.key, type: made.type, state: "waiting", ...sealed });
  }
  const { kept } = await open();
  // Everything is sealed before, so that one transaction takes it all in, or nothing.
  const write = kept.transaction(["findings", "photos"], "readwrite", SAFE);
  write.objectStore("findings").put(row);
  for (const photo of photos) write.objectStore("photos").put(photo);
  await write.done;
  await tellWaiting();
}

export async function findings() {
  const { kept } = await open();
  return Promise.all((await kept.getAll("findings")).map(unsealWords));
}

// The photos of a finding, without their content.
export async function photosOf(finding) {
  const { kept } = await open();
  const rows = await kept.getAllFromIndex("photos", "finding", finding);
  return rows.map(({ key, finding: of, state, why }) => ({ key, finding: of, state, why }));
}

export async function photo(key) {
  const { kept } = await open();
  const row = await kept.get("photos", key);
  return new Blob([await unseal(row)], { type: row.type });
}

export async function markPhoto(key, state, why = "") {
  const { kept } = await open();
  const write = kept.transaction("photos", "readwrite", SAFE);
  const row = await write.store.get(key);
  if (row) await write.store.put({ ...row, state, why });
  await write.done;
  await tellWaiting();
}

export async function dropPhoto(key) {
  const { kept } = await open();
  await kept.delete("photos", key);
}

// What was refused is worked on again as a new finding: under its old key the server has another, or none.
export async function again(key) {
  const { key: _old, refused: _why, ...rest } = (await findings()).find((row) => row.key === key);
  const fresh = { ...rest, key: crypto.randomUUID(), draft: true };
  const row = { key: fresh.key, ...(await sealWords(fresh)) };
  const { kept } = await open();
  const write = kept.transaction(["findings", "photos"], "readwrite", SAFE);
  write.objectStore("findings").delete(key);
  write.objectStore("findings").put(row);
  for (const photo of await write.objectStore("photos").index("finding").getAll(key)) {
    write.objectStore("photos").delete(photo.key);
    write.objectStore("photos").put({ ...photo, key: crypto.randomUUID(), finding: fresh.key, state: "waiting", why: "" });
  }
  await write.done;
}

// What has arrived whole, or what the inspector throws away.
export async function forget(key) {
  const { kept } = await open();
  const write = kept.transaction(["findings", "photos"], "readwrite", SAFE);
  const photos = await write.objectStore("photos").index("finding").getAllKeys(key);
  for (const one of photos) write.objectStore("photos").delete(one);
  write.objectStore("findings").delete(key);
  await write.done;
  await tellWaiting();
}

// How much has not arrived: saved findings and photos that wait for signal, drafts, and what was refused.
export async function waiting() {
  const { kept } = await open();
  const [rows, photos] = await Promise.all([findings(), kept.getAll("photos")]);
  const mine = rows.filter((row) => !row.arrived);
  const count = (list, test) => list.filter(test).length;
  return {
    findings: count(mine, (row) => !row.draft && !row.refused),
    photos: count(photos, (one) => one.state === "waiting"),
    drafts: count(mine, (row) => row.draft),
    refused: count(mine, (row) => row.refused) + count(photos, (one) => one.state === "refused"),
  };
}

// Everything that would be lost with this device.
export async function unsent() {
  return Object.values(await waiting()).reduce((sum, one) => sum + one, 0);
}

async function tellWaiting() {
  localStorage.setItem(WAITING, String(await unsent()));
}

// Signing out, or cut off: the key first, so that what a broken-off deletion leaves behind is noise.
export async function destroy() {
  const { keys, kept } = await open();
  await keys.clear("keys");
  keys.close();
  kept.close();
  held = undefined;
  await deleteDB(KEYS);
  await deleteDB(KEPT);
  localStorage.removeItem(WAITING);
}
