// What a cell of a matrix is, for whoever points at it or moves to it with the arrow keys, and the
// matrices of the other seeds. The page can be read without.
"use strict";

(() => {
  const STEPS = 20;  // as reports/html/heat_scale.h

  // Little-endian float32, in base64.
  function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    return Array.from({length: bytes.length / 4}, (_, i) => view.getFloat32(4 * i, true));
  }

  function heatClass(value, limit) {
    if (!Number.isFinite(value)) return "na";
    const step = Math.round(Math.max(-1, Math.min(1, value / limit)) * STEPS);
    if (step === 0) return "z";
    return (step > 0 ? "p" : "n") + Math.abs(step);
  }

  const minus = (text) => text.replaceAll("-", "−");

  // As the page has it.
  function cellText(value) {
    if (!Number.isFinite(value)) return "";
    const text = value.toFixed(Math.abs(value) < 99.995 ? 2 : 0);
    return text === "-0.00" ? "0.00" : minus(text);
  }

  class MatrixFigure {
    constructor(figure) {
      this.figure = figure;
      this.readout = figure.querySelector(".readout");
      this.table = figure.querySelector("table.heat");
      this.picture = figure.querySelector(".picture");
      this.select = figure.querySelector("select");
      this.row = 0;
      this.column = 0;
      this.view = 0;
      const surface = this.table || this.picture;
      surface.addEventListener("pointermove", (event) => this.point(event));
      surface.addEventListener("pointerdown", (event) => this.point(event));
      surface.addEventListener("keydown", (event) => this.move(event));
      surface.addEventListener("focusin", (event) => this.enter(event));
      if (this.table) this.prepareTable(); else this.preparePicture();
      if (this.select.options.length > 1) this.select.parentElement.hidden = false;
      this.select.addEventListener("change", () => this.show(Number(this.select.value)));
      this.say("Point at a cell, or move to it with the Tab and arrow keys.");
      this.readout.hidden = false;
    }

    // Read when it is needed first: a page has many matrices.
    get data() {
      if (!this.parsed) {
        this.parsed = JSON.parse(this.figure.querySelector("script").textContent);
      }
      return this.parsed;
    }

    cells(view) {
      const entry = this.data.views[view];
      entry.values = entry.values || unpacked(entry.cells);
      return entry.values;
    }

    prepareTable() {
      this.table.setAttribute("role", "grid");
      for (const cell of this.table.querySelectorAll("tbody td")) cell.tabIndex = -1;
      this.element(0, 0).tabIndex = 0;
    }

    preparePicture() {
      this.picture.tabIndex = 0;
      this.picture.setAttribute("role", "application");
      this.picture.setAttribute("aria-roledescription", "heat map");
      this.picture.setAttribute("aria-label",
                                this.picture.querySelector("img").alt + "; move with the arrow keys");
      this.cursor = document.createElement("span");
      this.cursor.className = "cursor";
      this.cursor.hidden = true;
      this.picture.append(this.cursor);
    }

    element(row, column) {
      return this.table.tBodies[0].rows[row].cells[column + 1];
    }

    point(event) {
      if (this.table) {
        const cell = event.target.closest("tbody td");
        if (cell) this.look(cell.parentElement.sectionRowIndex, cell.cellIndex - 1);
        return;
      }
      const box = this.picture.querySelector("img").getBoundingClientRect();
      const row = Math.floor((event.clientY - box.top) / box.height * this.data.rows.length);
      const column = Math.floor((event.clientX - box.left) / box.width * this.data.columns.length);
      this.look(row, column);
    }

    enter(event) {
      if (this.table) {
        this.point(event);
      } else {
        this.look(this.row, this.column);
      }
    }

    move(event) {
      const steps = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
                     Home: [0, -Infinity], End: [0, Infinity],
                     PageUp: [-Infinity, 0], PageDown: [Infinity, 0]};
      const step = steps[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const within = (value, count) => Math.max(0, Math.min(count - 1, value));
      this.look(within(this.row + step[0], this.data.rows.length),
                within(this.column + step[1], this.data.columns.length));
      if (this.table) this.element(this.row, this.column).focus();
    }

    look(row, column) {
      const data = this.data;
      if (!(row >= 0 && row < data.rows.length && column >= 0 && column < data.columns.length)) return;
      if (this.table) {
        this.element(this.row, this.column).tabIndex = -1;
        this.element(row, column).tabIndex = 0;
      }
      this.row = row;
      this.column = column;
      if (this.cursor) this.place();
      this.tell();
    }

    place() {
      const style = this.cursor.style;
      const box = this.picture.querySelector("img").getBoundingClientRect();
      const width = box.width / this.data.columns.length;
      const height = box.height / this.data.rows.length;
      style.left = `${this.column * width}px`;
      style.top = `${this.row * height}px`;
      style.width = `${width}px`;
      style.height = `${height}px`;
      this.cursor.hidden = false;
    }

    valueText() {
      const value = this.cells(this.view)[this.row * this.data.columns.length + this.column];
      if (!Number.isFinite(value)) return "not measured, or not asked for";
      const plain = `${minus(value.toPrecision(4))} ${this.data.unit}`;
      const scale = this.data.self_scale;
      return scale === null ? plain
                            : `${plain}, ${minus((value / scale).toFixed(3))} of what a sample does for itself`;
    }

    tell() {
      const data = this.data;
      const texts = data.texts[data.views[this.view].texts];
      const heads = this.axes();
      const line = (head, id) => `${head} ${id}: ${texts[id] || ""}`;
      this.say(this.valueText(), line(heads[0], data.rows[this.row]),
               line(heads[1], data.columns[this.column]));
      this.explain();
    }

    // Of the seed that was explained: which tokens of the column the chosen cell is on, and which
    // layers carry it.
    explain() {
      const why = this.data.explanation;
      if (!why) return;
      if (!why.values) {
        why.values = unpacked(why.cells);
        for (const layer of why.layers) layer.values = unpacked(layer.cells);
      }
      const row = this.row;
      const column = this.column;
      const cell = row * this.data.columns.length + column;
      const tokens = why.tokens.flatMap(({column: of, text}, i) => of === column
          ? [this.piece(text, why.values[row * why.tokens.length + i])] : []);
      const layers = why.layers.map(({name, values}) => this.piece(name, values[cell]));
      const heads = this.axes();
      const place = this.figure.querySelector(".why");
      const title = `${heads[0]} ${this.data.rows[row]}, ${heads[1]} ${this.data.columns[column]}, seed ${why.seed}`;
      place.replaceChildren(...[["Tokens", tokens], ["Layers", layers]].flatMap(
          ([head, pieces]) => pieces.length > 0 ? this.line(`${head}, ${title}:`, pieces) : []));
      place.hidden = false;
    }

    line(text, pieces) {
      const line = document.createElement("p");
      const head = document.createElement("b");
      head.textContent = text;
      line.append(head, document.createElement("br"), ...pieces.flatMap((piece) => [piece, " "]));
      return line;
    }

    // As the page has tokens.
    piece(text, value) {
      const piece = document.createElement("span");
      piece.className = `token ${heatClass(value, this.data.limit)}`;
      const name = document.createElement("span");
      name.textContent = text;
      const number = document.createElement("small");
      const scaled = value / (this.data.self_scale || 1);
      number.textContent = Number.isFinite(scaled) ? minus(scaled.toFixed(3)) : "–";
      piece.append(name, " ", number);
      return piece;
    }

    // "trained on", "evaluated on": as the page has them.
    axes() {
      const corner = this.figure.querySelector(".corner, .axes").textContent;
      return corner.replace("rows: ", "").replace("columns: ", "").split(/[↓→]/).map((part) => part.trim());
    }

    say(...lines) {
      this.readout.replaceChildren(...lines.map((text) => {
        const span = document.createElement("span");
        span.textContent = text;
        return span;
      }));
    }

    show(view) {
      this.view = view;
      if (this.table) {
        this.fillTable();
      } else {
        this.picture.querySelector("img").src = this.data.views[view].picture;
      }
      this.tell();
    }

    fillTable() {
      const {limit, self_scale: scale, columns, rows, texts, views} = this.data;
      this.cells(this.view).forEach((value, i) => {
        const cell = this.element(Math.floor(i / columns.length), i % columns.length);
        cell.className = heatClass(value, limit);
        cell.textContent = cellText(value / (scale || 1));
      });
      rows.forEach((id, row) => {
        const text = this.table.tBodies[0].rows[row].querySelector(".text");
        text.textContent = texts[views[this.view].texts][id] || "";
      });
    }
  }

  for (const figure of document.querySelectorAll("figure.matrix")) new MatrixFigure(figure);

  // What is folded on the screen is not on paper.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  });
})();
