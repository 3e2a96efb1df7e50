/*
 * The Node.js runner: a program of its own that runs the phases of one request and says what happened, and when.
 *
 * It reads the request as a line of JSON from standard input (`request.py` says what stands in it), and writes a JSON line
 * for each event as it happens. When standard input ends, so does the program: whoever asked is gone. While it computes on
 * its event loop it cannot hear that; the limit of its processor time holds all the same. Times are milliseconds of one
 * monotonic clock since the first phase started: starting Node.js, compiling and starting workers lie before that. Lines
 * are written when the event loop has a moment, or before it is blocked, so that a write does not stand between two things
 * that are measured. It runs on Node.js 18.
 */

import { pbkdf2Sync } from "node:crypto";
import { readFileSync, readSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

const TICK_MS = 50; // as in `trace.py`
const LONGEST_DETAIL = 300; // characters, as in `trace.py`
const PIECE = 500; // iterations of the hash between two looks at the clock: a fraction of a millisecond

/** Milliseconds of processor time that this thread has had; of any clock, where neither Node.js nor Linux tells. */
const threadMs = (() => {
  if (process.threadCpuUsage) {
    return () => {
      const { user, system } = process.threadCpuUsage();
      return (user + system) / 1000;
    };
  }
  const fromLinux = () => Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1e6;
  try {
    return fromLinux() > 0 ? fromLinux : () => performance.now();
  } catch {
    return () => performance.now();
  }
})();

/**
 * Compute a hash for so many milliseconds of this thread's processor time. Not a fixed number of iterations: processors
 * change their pace, and a task is to take as long as it says wherever a core is free. Where none is, it takes longer.
 */
function compute(ms) {
  const until = threadMs() + ms;
  while (threadMs() < until) pbkdf2Sync("tandem", "salt", PIECE, 32, "sha256");
}

/** Takes the time of events as they happen, and writes them a little later. */
class Recorder {
  #events = [];
  #origin = null;

  record(phase, kind, task, detail) {
    const now = performance.now();
    this.#origin ??= now;
    if (this.#events.length === 0) setImmediate(() => this.flush());
    this.#events.push({ at_ms: now - this.#origin, kind, phase, task, detail });
  }

  flush() {
    const lines = this.#events.map((event) => `${JSON.stringify(event)}\n`).join("");
    this.#events = [];
    let rest = Buffer.from(lines);
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
    } catch {
      abandon(); // the reader is gone, and the run with it
    }
  }
}

/** One phase: the functions that its program calls, and what is under way of them. */
class Phase {
  #under_way = 0;
  #called = new Set();
  #idle = () => {};

  constructor(number, { tasks, source, ticks }, { recorder, workers }) {
    this.number = number;
    this.tasks = tasks;
    this.ticks = ticks;
    this.recorder = recorder;
    this.workers = workers;
    const functions = tasks.map((task, index) => () => this.#perform(index, this.#here(task)));
    const inWorker = (task) => {
      const index = functions.indexOf(task);
      return this.#perform(index, this.#inWorker(index));
    };
    const print = (...values) => {
      for (const line of format(...values).split("\n")) this.#record("printed", undefined, clipped(line));
    };
    const console = { log: print, info: print, warn: print, error: print };
    const names = [...tasks.map((task) => task.name), "inWorker", "console"];
    this.prepared = new Function(...names, `${source}\nreturn main;`);
    this.values = [...functions, inWorker, console];
  }

  /** Run it, until nothing is left that could still happen. */
  async run() {
    const main = this.prepared(...this.values);
    await turn(); // a fresh turn of the event loop, with its writes behind it
    const ticker = this.ticks ? setInterval(() => this.#record("ticked"), TICK_MS) : null;
    this.#record("phase_started");
    try {
      this.#record("returned", undefined, json(await main()));
    } catch (error) {
      this.#record("threw", undefined, clipped(String(error).split("\n")[0]));
    }
    await this.#over();
    clearInterval(ticker);
    this.#record("phase_ended");
    this.recorder.flush();
  }

  #record(kind, task, detail) {
    this.recorder.record(this.number, kind, task, detail);
  }

  /** Do a task's work: a function that calls another when it is done. Every stage of it is recorded. */
  #perform(index, work) {
    const { fails, label, result } = this.tasks[index];
    return new Promise((resolve, reject) => {
      if (this.#called.has(index)) throw new Error(`${label} was called twice`);
      this.#called.add(index);
      this.#under_way += 1;
      this.#record("called", index);
      this.#record("started", index);
      work(() => {
        this.#record(fails ? "rejected" : "fulfilled", index);
        this.#under_way -= 1;
        if (fails) reject(new Error(`${label} failed`));
        else resolve(result);
        if (this.#under_way === 0) this.#idle();
      });
    });
  }

  #here({ ms, doing }) {
    if (doing === "wait") return (done) => setTimeout(done, ms);
    return (done) => {
      this.recorder.flush(); // nothing can be written while this computes
      compute(ms);
      done();
    };
  }

  #inWorker(index) {
    return (done) => {
      this.workers.get(index).once("message", done).postMessage(this.tasks[index].ms);
    };
  }

  /** Wait for what `main` left behind: tasks under way, and those that start when they end. */
  async #over() {
    do {
      if (this.#under_way > 0) await new Promise((resolve) => (this.#idle = resolve));
      await turn();
    } while (this.#under_way > 0);
  }
}

/** The next turn of the event loop, when every promise that can go on has gone on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** At most so many characters as an event's detail may have, none of them cut in half. */
const clipped = (text) => Array.from(text).slice(0, LONGEST_DETAIL).join("");

/** A value as compact JSON, errors and promises in words; undefined for no value. */
function json(value) {
  if (value === undefined || value === null) return undefined;
  const inWords = (_, part) => {
    if (part instanceof Error || typeof part === "bigint" || typeof part === "function") return String(part);
    return part instanceof Promise ? "a promise" : part;
  };
  try {
    return clipped(JSON.stringify(value, inWords) ?? String(value));
  } catch (error) {
    return clipped(JSON.stringify(String(error)));
  }
}

/** A worker for each task that computes in one, by the task's index, when all of them are ready. */
async function workersFor(phases) {
  const indexes = new Set();
  for (const { tasks } of phases) {
    tasks.forEach(({ doing }, index) => doing === "thread" && indexes.add(index));
  }
  const limits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, codeRangeSizeMb: 16, stackSizeMb: 1 };
  const started = Array.from(indexes, async (index) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { resourceLimits: limits });
    await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    worker.on("error", () => process.exit(1));
    return [index, worker];
  });
  return new Map(await Promise.all(started));
}

/** The line that stands on standard input; what there is of it, if it ends before the line does. */
function line() {
  const pieces = [];
  const piece = Buffer.alloc(65536);
  for (let size; (size = readSync(0, piece)) > 0; ) {
    pieces.push(Buffer.from(piece.subarray(0, size)));
    if (piece[size - 1] === 10) break;
  }
  return Buffer.concat(pieces).toString();
}

/** End because nobody is there any more: an exit would wait until no worker computes. */
function abandon() {
  process.kill(process.pid, "SIGKILL");
}

/** Read what to run, run it, record it on standard output. */
async function main() {
  process.on("unhandledRejection", () => {}); // a task that nobody awaits may fail, and the run goes on
  const request = JSON.parse(line());
  process.stdin.on("end", abandon).on("error", abandon).resume(); // it ends however the asker ended
  const workers = await workersFor(request.phases);
  const tools = { recorder: new Recorder(), workers };
  const phases = request.phases.map((phase, number) => new Phase(number, phase, tools));
  for (const phase of phases) await phase.run();
  process.exit(0);
}

/** What a worker does: compute whenever it is told to, and say so. */
function serve() {
  compute(1); // once, so that all it needs is there
  parentPort.on("message", (ms) => {
    compute(ms);
    parentPort.postMessage("done");
  });
  parentPort.postMessage("ready");
}

if (isMainThread) await main();
else serve();
