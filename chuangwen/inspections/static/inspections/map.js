// Puts each line of the list below on the map: nothing is on the map that does not stand in that list.

const place = document.getElementById("map");

function drawn(place, lines) {
  const map = L.map(place, { zoomControl: false, attributionControl: false });
  L.control.zoom({ zoomInTitle: place.dataset.in, zoomOutTitle: place.dataset.out }).addTo(map);
  const said = document.createElement("span");
  said.textContent = place.dataset.attribution;
  L.control.attribution({ prefix: false }).addAttribution(said.innerHTML).addTo(map);
  L.tileLayer(place.dataset.tiles, { maxZoom: 18 }).addTo(map);
  const marks = lines.map((line) => mark(line).addTo(map));
  map.fitBounds(L.featureGroup(marks).getBounds(), { maxZoom: 16, padding: [24, 24] });
}

// The verdict by shape as well as by colour; the words stand in the list, to which the mark leads.
function mark(line) {
  const icon = L.divIcon({ className: `point-mark point-${line.dataset.verdict || "unseen"}`, iconSize: [24, 24] });
  const made = L.marker(line.dataset.at.split(",").map(Number), { icon, title: line.dataset.name, alt: line.dataset.name });
  const lead = () => {
    line.scrollIntoView({ block: "center" });
    line.querySelector("a").focus({ preventScroll: true });
  };
  return made.on("click", lead).on("keydown", ({ originalEvent }) => originalEvent.key === "Enter" && lead());
}

if (place) drawn(place, [...document.querySelectorAll("[data-at]")]);
