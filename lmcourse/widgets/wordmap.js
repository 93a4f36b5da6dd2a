(data) => {
  const { id, words, near } = data; // of `words` the first near.length are on the map
  const HINT =
    "Choose a word: click on it, or reach the map with Tab, walk with the arrow keys " +
    "and press Enter.";
  const make = (name, text = "") => {
    const node = document.createElement(name);
    node.textContent = text; // never as HTML: a word may be <b>
    return node;
  };

  const bring = (root) => {
    const find = (name) => root.querySelector(".lmw-" + name);
    const map = find("map");
    const panel = find("panel");
    const spots = [...root.querySelectorAll(".lmw-word")];
    const places = spots.map((spot) => {
      const { e, f } = spot.transform.baseVal[0].matrix;
      return [e, f];
    });
    let chosen = -1;

    const clear = (message = "") => {
      panel.replaceChildren(make("p", message));
      map.classList.remove("lmw-chosen");
      find("lines").replaceChildren();
      for (const spot of spots) {
        spot.classList.remove("lmw-on", "lmw-near-by");
        spot.setAttribute("aria-pressed", "false");
      }
      chosen = -1;
    };

    const link = (from, to, cosine) => {
      const line = document.createElementNS(map.namespaceURI, "line");
      const [x1, y1] = places[from];
      const [x2, y2] = places[to];
      for (const [key, value] of Object.entries({ x1, y1, x2, y2 }))
        line.setAttribute(key, value);
      line.setAttribute("stroke-width", 0.8 + 2.4 * Math.max(0, cosine));
      find("lines").append(line);
    };

    const neighbor = ([word, cosine]) => {
      const there = word < spots.length;
      const item = make("li");
      const chip = make(there ? "button" : "span", words[word]);
      chip.className = "lmw-near";
      chip.style.backgroundSize = `${Math.round(100 * Math.max(0, cosine))}% 100%`;
      chip.append(make("small", cosine.toFixed(2)));
      chip.title = there ? "on the map: go there" : "not on the map";
      if (there) {
        chip.type = "button";
        chip.addEventListener("click", () => choose(word, true));
      }
      item.append(chip);
      return item;
    };

    const choose = (i, go = false) => {
      clear();
      chosen = i;
      map.classList.add("lmw-chosen");
      spots[i].setAttribute("aria-pressed", "true");
      spots[i].classList.add("lmw-on");
      const list = make("ol");
      for (const [word, hundredths] of near[i]) {
        list.append(neighbor([word, hundredths / 100]));
        if (word >= spots.length) continue;
        link(i, word, hundredths / 100);
        spots[word].classList.add("lmw-on", "lmw-near-by");
      }
      const title = make("p", "Nearest to ");
      title.append(make("b", words[i]), ` among ${data.size} words, with their cosines:`);
      panel.replaceChildren(title, list);
      rove(i);
      if (go) spots[i].focus();
    };

    const rove = (i) => { // one stop for Tab; arrow keys go on from there
      for (const spot of spots) spot.setAttribute("tabindex", "-1");
      spots[i].setAttribute("tabindex", "0");
    };

    const WAYS = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    };
    const step = (i, [right, down]) => {
      let best = i, least = Infinity;
      places.forEach(([x, y], j) => {
        const [dx, dy] = [x - places[i][0], y - places[i][1]];
        const along = dx * right + dy * down;
        const aside = Math.abs(dx * down) + Math.abs(dy * right);
        if (along > 0.5 && along + 3 * aside < least) [best, least] = [j, along + 3 * aside];
      });
      rove(best);
      spots[best].focus();
    };

    spots.forEach((spot, i) => {
      spot.addEventListener("click", () => choose(i, true));
      spot.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") choose(i);
        else if (WAYS[event.key]) step(i, WAYS[event.key]);
        else if (event.key === "Escape") clear(HINT);
        else return;
        event.preventDefault();
        event.stopPropagation();
      });
    });

    const box = root.querySelector("input");
    const shown = words.slice(0, spots.length);
    const look = (match) => {
      const sought = box.value.trim().toLowerCase();
      return sought ? shown.findIndex((w) => match(w.toLowerCase(), sought)) : -1;
    };
    box.addEventListener("input", () => {
      const i = look((word, sought) => word === sought);
      if (i >= 0 && i !== chosen) choose(i);
    });
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" || !box.value.trim()) return;
      event.preventDefault();
      let i = look((word, sought) => word === sought);
      if (i < 0) i = look((word, sought) => word.startsWith(sought));
      if (i >= 0) return choose(i, true);
      clear(`“${box.value.trim()}” is not on this map.`);
    });
    clear(HINT);
    rove(0);
    const list = root.querySelector("datalist");
    for (const word of shown) list.append(Object.assign(make("option"), { value: word }));
  };

  for (const root of document.querySelectorAll(`[id="${id}"]`)) {
    if (!root.dataset.ready) bring(root);
    root.dataset.ready = "yes";
  }
}
