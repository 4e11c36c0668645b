// The page: a terminal, its connection, and what stands around them.

import { Connection } from "./connection.js?v=@VERSION@";
import { remember, remembered, themes } from "./themes.js?v=@VERSION@";

const TELL_AFTER = 32 * 1024;
const SMALLEST = 8, LARGEST = 32;

/** Where a page that is a service itself has its terminal; else empty. */
const served = document.documentElement.dataset.terminal;

const element = (id) => document.getElementById(id);

function show(state, text) {
  const place = element("state");
  place.dataset.state = state;
  place.textContent = text;
  if (state === "connected") terminal.focus();
}

const terminal = new Terminal({
  fontFamily: 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace',
  fontSize: 14,
  scrollback: 5000,
  cursorBlink: true,
});
const fit = new FitAddon.FitAddon();
terminal.loadAddon(fit);
terminal.open(element("screen"));
window.terminal = terminal; // for the browser's console

function wear(name) {
  terminal.setOption("theme", themes[name]);
  document.documentElement.style.setProperty("--back", themes[name].background);
  document.documentElement.style.setProperty("--front", themes[name].foreground);
  element("theme").value = name;
}

for (const name of Object.keys(themes)) element("theme").add(new Option(name));
element("theme").addEventListener("change", (event) => {
  remember(event.target.value);
  wear(event.target.value);
  terminal.focus();
});
wear(remembered());

function resizeLetters(by) {
  const size = terminal.getOption("fontSize") + by;
  terminal.setOption("fontSize", Math.min(LARGEST, Math.max(SMALLEST, size)));
  fit.fit();
  terminal.focus();
}
element("smaller").addEventListener("click", () => resizeLetters(-1));
element("larger").addEventListener("click", () => resizeLetters(1));

// Copy and paste. Ctrl+Shift+V is the browser's own; the terminal gets its paste event.

async function copy() {
  const text = terminal.getSelection();
  if (!text) return;
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
  } else {
    document.execCommand("copy"); // pages without TLS have no other way
  }
}

terminal.attachCustomKeyEventHandler((event) => {
  const both = event.ctrlKey && event.shiftKey;
  if (both && event.code === "KeyC") {
    if (event.type === "keydown") copy();
    event.preventDefault();
    return false;
  }
  return !(both && event.code === "KeyV");
});
element("copy").addEventListener("click", () => copy().finally(() => terminal.focus()));
element("paste").addEventListener("click", async () => {
  try {
    terminal.paste(await navigator.clipboard.readText());
  } catch {
    element("paste").title = "This browser does not let pages read; use Ctrl+Shift+V";
  }
  terminal.focus();
});

// Addresses in the output open in a new tab, at a click with Ctrl.
terminal.registerLinkMatcher(/(https?:\/\/[^\s"'<>()\[\]{}]+[^\s"'<>()\[\]{}.,:;!?])/, (event, address) => {
  if (event.ctrlKey || event.metaKey) window.open(address, "_blank", "noopener,noreferrer");
});

/** Where the terminal is; a link is changed for the right to see it. Throws a sentence. */
async function place() {
  const query = new URLSearchParams(location.search);
  if (served) return query;
  const link = query.get("link");
  if (link) {
    const answer = await fetch("/console/terminal/open", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ link }),
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.msg ?? told.title);
    query.delete("link"); // it is worth nothing now
    for (const [key, value] of Object.entries(told)) query.set(key, value);
    history.replaceState(null, "", `${location.pathname}?${query}`);
  }
  if (!/^[0-9a-f-]{36}$/.test(query.get("session") ?? "")) {
    throw new Error("This page needs a link: ./polykern terminal --web");
  }
  return query;
}

function connect(query) {
  const name = query.get("name") ?? query.get("session") ?? "Terminal";
  element("name").textContent = name;
  document.title = name;
  terminal.onTitleChange((title) => {
    document.title = title ? `${title} - ${name}` : name;
  });

  const wanted = new URLSearchParams({ terminal: query.get("terminal") ?? "main" });
  if (query.has("owner_access_key")) {
    wanted.set("owner_access_key", query.get("owner_access_key"));
  }
  const address = served || `/stream/session/${query.get("session")}/pty?${wanted}`;
  const sizeOfWindow = () => {
    const size = fit.proposeDimensions();
    return size && size.rows > 0 ? [size.rows, size.cols] : [24, 80];
  };

  // The server sends what we have shown room for: nothing piles up here when a program floods.
  let untold = 0;
  const write = (bytes) => terminal.write(bytes, () => {
    untold += bytes.length;
    if (untold >= TELL_AFTER) {
      connection.taken(untold);
      untold = 0;
    }
  });

  let following = false; // the size that another viewer gave the terminal
  const connection = new Connection(address, sizeOfWindow, {
    state: (state, text) => {
      if (state === "connecting") untold = 0;
      show(state, text);
    },
    output: write,
    screen: (bytes) => {
      terminal.reset();
      write(bytes);
      terminal.write("", () => fit.fit()); // it was drawn in its own size, and gets ours now
    },
    size: (rows, columns) => {
      following = true;
      terminal.resize(columns, rows);
      following = false;
    },
  });

  const encoder = new TextEncoder();
  terminal.onData((text) => connection.type(encoder.encode(text)));
  terminal.onBinary((text) => connection.type(Uint8Array.from(text, (c) => c.charCodeAt(0))));
  terminal.onResize(({ rows, cols }) => {
    if (!following) connection.resize(rows, cols);
  });
  new ResizeObserver(() => fit.fit()).observe(element("screen"));
  connection.open();
}

place().then(connect, (failure) => show("failed", failure.message));
