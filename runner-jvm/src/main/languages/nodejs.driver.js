// Keeps a Node.js for a session: takes commands from DIR/commands, answers in standard output by
// the frames of docs/languages.md.
//
// Snippets run in V8's REPL mode, which lets them await at their top and declare a name again. The
// mode is reachable through the inspector only. A run is over when its own promise is settled:
// timers and servers that it leaves behind go on between the runs, as in a notebook.
"use strict";

const fs = require("fs");
const vm = require("vm");
const net = require("net");
const util = require("util");
const path = require("path");
const childProcess = require("child_process");
const { Console } = require("console");
const { Module, createRequire, syncBuiltinESMExports } = require("module");
const { Readable, Writable } = require("stream");
const { pathToFileURL } = require("url");
const { Session } = require("inspector");

const [, directory, token] = process.argv.splice(1);
const scratch = Symbol.for("polykern"); // where code run by the inspector meets this file
const session = new Session();
const { setImmediate } = globalThis; // the one that no run owns
let current = null; // the run, until its `f` frame: { timers, done }
let breakable = false; // SIGINT ends the code on the stack, wherever it is

// ---- output ------------------------------------------------------------------------------------

const nap = new Int32Array(new SharedArrayBuffer(4));

/** Writes all of it, also where a child process made the pipe non-blocking. */
function writeFully(fd, bytes) {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (e) {
      if (e.code !== "EAGAIN") throw e;
      Atomics.wait(nap, 0, 0, 1);
    }
  }
}

/** Written at once, as long as there is little of it: a loop that prints fast shares its writes. */
class Output extends Writable {
  constructor(fd) {
    super({ decodeStrings: false });
    Object.assign(this, { fd, held: "", window: 0, count: 0, planned: false });
  }

  write(chunk, encoding, callback) {
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof chunk === "string" && (typeof encoding !== "string" || /^utf-?8$/i.test(encoding))) {
      const now = performance.now();
      if (now - this.window > 10) [this.window, this.count] = [now, 0];
      this.held += chunk;
      if (++this.count < 64 || this.held.length > 65536) this.flush();
      else if (!this.planned) {
        this.planned = true;
        setImmediate(() => {
          this.planned = false;
          this.flush();
        });
      }
    } else {
      this.flush();
      writeFully(this.fd, typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
    }
    if (done) process.nextTick(done);
    return true;
  }

  end(chunk, encoding, callback) { // the stream is shared by all snippets, hence never closed
    if (chunk != null && typeof chunk !== "function") this.write(chunk, encoding);
    const done = [chunk, encoding, callback].find((f) => typeof f === "function");
    if (done) process.nextTick(done);
    return this;
  }

  flush() {
    if (!this.held) return;
    const text = this.held;
    this.held = "";
    writeFully(this.fd, Buffer.from(text));
  }
}

const stdout = new Output(1);
const stderr = new Output(2);

function flush() {
  stdout.flush();
  stderr.flush();
}

function frame(type, body = "") {
  flush();
  const bytes = Buffer.from(body);
  writeFully(1, Buffer.concat([Buffer.from(`\x1e${token}${type}${bytes.length}\n`), bytes]));
}

const display = {
  html: (text) => frame("h", String(text)),
  svg: (text) => display.media("image/svg+xml", text),
  png: (bytes) => display.media("image/png", bytes),
  jpeg: (bytes) => display.media("image/jpeg", bytes),
  latex: (text) => display.media("text/latex", text),
  json: (value) => display.media("application/json", typeof value === "string" ? value : JSON.stringify(value)),
  /** Shows data of any MIME type: texts as they are, others (bytes) in base64. */
  media: (mime, data) => {
    const isText = /^text\/|[/+](json|xml)$/.test(mime);
    frame("m", mime + "\n" + (isText ? data : Buffer.from(data).toString("base64")));
  },
};

// ---- input -------------------------------------------------------------------------------------

/** Standard input. It reads only while somebody listens, in a thread that the runner sees blocked. */
class Input extends Readable {
  constructor() {
    super({ highWaterMark: 0 });
    Object.assign(this, { fd: 0, reading: false, wanted: false });
  }

  _read() {
    this.wanted = true;
    setImmediate(() => this.readIfWanted()); // who got the last line may not want another
  }

  resume() {
    setImmediate(() => this.readIfWanted());
    return super.resume();
  }

  readIfWanted() {
    if (!this.wanted || this.reading || this.isPaused()) return;
    this.reading = true;
    flush();
    const buffer = Buffer.alloc(65536);
    fs.read(0, buffer, 0, buffer.length, null, (error, length) => {
      this.reading = this.wanted = false;
      this.push(error || length === 0 ? null : buffer.subarray(0, length));
    });
  }
}

const stdin = new Input();

// ---- runs --------------------------------------------------------------------------------------

/**
 * Calls `work`, and what it leaves to be done at once, such that SIGINT ends it.
 *
 * Known gap: while Node takes its watch for the signal down (some 50 us after `work`), a SIGINT gets
 * lost or ends the process; the runner then starts another. There is no public way to close it.
 */
function interruptibly(work) {
  const outer = globalThis[scratch].work;
  globalThis[scratch].work = () => {
    work();
    process._tickCallback(); // what was awaited and is ready, as far as this Node has the call
  };
  breakable = true;
  try {
    runWork.runInThisContext({ breakOnSigint: true });
  } catch (e) {
    if (e.code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw e;
    interrupted();
  } finally {
    breakable = false;
    globalThis[scratch].work = outer;
  }
}

function interrupted() {
  if (!current) return;
  if (current.exit === undefined) stderr.write("Interrupted\n");
  // The code that waits for them cannot be told to end; so it never hears of them.
  for (const cancel of current.timers) cancel();
  stdin.removeAllListeners().pause();
  finish(current.exit ?? 130);
}

function leave(code) {
  const status = Number(code ?? process.exitCode ?? 0) & 255;
  if (!current) return; // a timer of an old run; there is nothing to end but the session
  current.exit = status;
  const run = current;
  setImmediate(() => run === current && interrupted());
  throw Object.assign(new Error("exit"), { [scratch]: true }); // ends the code, unless it is caught
}

function post(method, parameters) {
  let answer;
  session.post(method, parameters, (error, result) => (answer = result));
  return answer;
}

/** The value that the inspector describes. */
function valueOf(remote) {
  if ("value" in remote) return remote.value;
  if ("unserializableValue" in remote) return vm.runInThisContext(`(${remote.unserializableValue})`);
  if (!remote.objectId) return undefined;
  const functionDeclaration = `function () { "use strict"; ${MEETING}.value = this; }`;
  post("Runtime.callFunctionOn", { objectId: remote.objectId, functionDeclaration });
  const value = globalThis[scratch].value;
  globalThis[scratch].value = undefined;
  return value;
}

/** `import()` finds no module from REPL mode, so it becomes a call. Strings and comments stay. */
function withImports(source) {
  if (!source.includes("import")) return source;
  const token =
    /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[^]|[^`\\])*`|\/\/.*|\/\*[^]*?\*\/|(?<![.\w$])import(?=\s*\()/g;
  return source.replace(token, (found) => (found === "import" ? IMPORT : found));
}

function run(file) {
  const source = fs.readFileSync(file, "utf8");
  const mine = (current = { timers: new Set() });
  process.exitCode = undefined;
  const parameters = {
    // Code that runs after an `await` is not below the inspector, which would not survive its interrupt.
    expression: `void await 0;${withImports(source)}\n//# sourceURL=<snippet>`,
    replMode: true,
    awaitPromise: true,
    objectGroup: "run",
  };
  const settled = (error, answer) => {
    if (mine !== current) return;
    const failed = error || answer.exceptionDetails;
    const value = error || valueOf(failed ? failed.exception : answer.result);
    post("Runtime.releaseObjectGroup", { objectGroup: "run" });
    if (failed) return fail(value);
    if (value !== undefined) stdout.write(util.inspect(value) + "\n");
    // Rejections that nobody handles become known after all promises of this turn.
    setImmediate(() => mine === current && finish(Number(process.exitCode ?? 0) & 255));
  };
  interruptibly(() => session.post("Runtime.evaluate", parameters, settled));
}

function finish(status) {
  current = null;
  frame("f", String(status));
}

/** An error that the user's code did not catch: it ends the run, as it would end a program. */
function fail(error) {
  if (error?.[scratch]) return; // of `leave`
  flush();
  stderr.write(`Uncaught ${util.inspect(withoutDriver(error))}\n`);
  if (current) finish(1);
}

function withoutDriver(error, depth = 0) {
  if (util.types.isNativeError(error) && typeof error.stack === "string" && depth < 10) {
    const lines = error.stack.split("\n");
    const end = lines.findIndex((line) => /^\s+at (Session\.post|.*evalmachine)/.test(line));
    const shown = lines.slice(0, end < 0 ? undefined : end);
    error.stack = shown.filter((line) => !/^\s+at .*(node:internal\/|nodejs\.driver\.js)/.test(line)).join("\n");
    withoutDriver(error.cause, depth + 1);
  }
  return error;
}

// ---- completion --------------------------------------------------------------------------------

function suggestions(text) {
  const [, owner, prefix] = /((?:[\p{L}_$][\p{L}\d_$]*\.)*)([\p{L}_$][\p{L}\d_$]*)?$/u.exec(text);
  if (!owner && (!prefix || /[.\d]$/.test(text.slice(0, -prefix.length)))) return [];
  const names = new Set();
  if (owner) {
    // `throwOnSideEffect`: no getter of the user's runs for a suggestion.
    const answer = post("Runtime.evaluate", { expression: owner.slice(0, -1), throwOnSideEffect: true });
    if (!answer || answer.exceptionDetails) return [];
    let value = valueOf(answer.result);
    for (value = value == null ? null : Object(value); value; value = Object.getPrototypeOf(value)) {
      Object.getOwnPropertyNames(value).forEach((name) => names.add(name));
    }
  } else {
    post("Runtime.globalLexicalScopeNames", {}).names.forEach((name) => names.add(name));
    for (let value = globalThis; value; value = Object.getPrototypeOf(value)) {
      Object.getOwnPropertyNames(value).forEach((name) => names.add(name));
    }
    KEYWORDS.forEach((name) => names.add(name));
  }
  return [...names]
    .filter((name) => name.startsWith(prefix ?? "") && /^[\p{L}_$][\p{L}\d_$]*$/u.test(name) && name !== IMPORT)
    .sort()
    .slice(0, 1000)
    .map((name) => owner + name);
}

const KEYWORDS =
  "async await break case catch class const continue debugger default delete do else export extends false finally for function if import in instanceof let new null return static super switch this throw true try typeof var void while with yield".split(" ");

// ---- start -------------------------------------------------------------------------------------

/** Timers of a run: their callbacks can be interrupted, and an interrupt of the run cancels them. */
function adaptTimers() {
  for (const [name, clear] of [
    ["setTimeout", clearTimeout],
    ["setInterval", clearInterval],
    ["setImmediate", clearImmediate],
  ]) {
    const original = globalThis[name];
    const adapted = function (callback, ...rest) {
      const mine = current;
      if (!mine || typeof callback !== "function") return original(callback, ...rest);
      const timer = original((...values) => {
        if (name !== "setInterval") mine.timers.delete(cancel);
        if (mine === current && !breakable) interruptibly(() => callback(...values));
        else callback(...values);
      }, ...rest);
      const cancel = () => clear(timer);
      mine.timers.add(cancel);
      return timer;
    };
    Object.defineProperty(adapted, "name", { value: name });
    const promised = original[util.promisify.custom];
    if (promised) {
      const waiting = (...given) => {
        const options = given.at(-1);
        if (options !== null && typeof options === "object") return promised(...given); // e.g. a signal
        return new Promise((resolve) => adapted(resolve, ...given));
      };
      adapted[util.promisify.custom] = waiting;
      require("timers/promises")[name] = waiting;
    }
    globalThis[name] = require("timers")[name] = adapted;
  }
}

/** What was printed before a child process starts comes before what it prints. */
function adaptChildren() {
  const flushing = (original) =>
    function (...given) {
      flush();
      return original.apply(this, given);
    };
  for (const name of ["spawnSync", "execSync", "execFileSync"]) childProcess[name] = flushing(childProcess[name]);
  const prototype = childProcess.ChildProcess.prototype;
  prototype.spawn = flushing(prototype.spawn);
}

const MEETING = "globalThis[Symbol.for('polykern')]";
const IMPORT = "import\u00b7"; // a letter for JavaScript, a name that nobody uses
const runWork = new vm.Script(`${MEETING}.work()`, { filename: "evalmachine" });

function adaptGlobals() {
  for (const [name, stream] of Object.entries({ stdout, stderr, stdin })) {
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
  }
  process.exit = leave;
  const console = new Console({ stdout, stderr, ignoreErrors: false });
  // Modules are found from the work directory, as from a file there.
  const here = path.join(process.cwd(), "<snippet>");
  const require = createRequire(here);
  const module = Object.assign(new Module(here), { filename: here, paths: Module._nodeModulePaths(process.cwd()) });
  const importing = (name, options) =>
    import(/^\.{0,2}\//.test(name) ? pathToFileURL(path.resolve(String(name))).href : resolved(require, name), options);
  const hidden = { [scratch]: {}, [IMPORT]: importing };
  const shown = { console, display, require, module, exports: module.exports, __filename: here, __dirname: process.cwd() };
  for (const [enumerable, names] of [[false, hidden], [true, shown]]) {
    for (const name of Reflect.ownKeys(names)) {
      Object.defineProperty(globalThis, name, { value: names[name], configurable: true, writable: true, enumerable });
    }
  }
}

/** What `import` of a bare name means; `require` knows where packages lie around the work directory. */
function resolved(require, name) {
  if (/^[a-z]+:/i.test(name) || Module.builtinModules.includes(name)) return name;
  const file = require.resolve(name);
  return path.isAbsolute(file) ? pathToFileURL(file).href : file;
}

adaptTimers();
adaptChildren();
adaptGlobals();
syncBuiltinESMExports();
session.connect();
process.on("SIGINT", interrupted); // while the code waits
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

let received = "";
new net.Socket({ fd: fs.openSync(`${directory}/commands`), readable: true, writable: false })
  .setEncoding("latin1")
  .on("data", (data) => {
    const lines = (received + data).split("\n");
    received = lines.pop();
    for (const line of lines) {
      const [command, first, second] = line.split(" ");
      if (command === "run") run(first);
      if (command === "complete") {
        frame("c", [first, ...suggestions(fs.readFileSync(second, "utf8"))].join("\n"));
      }
    }
  })
  .on("end", () => process.kill(process.pid, "SIGKILL")); // not held up by a read in another thread
frame("r");
