// Runs programs in Node.js on a clock that jumps: a timer is due as soon as nothing else can happen before it.
// It reads [{ source, tasks: [{ name, ms, fails, computes }] }, …] and writes, for each, when main was over, how, and each task's span.

import { setImmediate as settled } from "node:timers/promises";

process.on("unhandledRejection", () => {}); // a task that nobody awaits may fail

async function run({ source, tasks }) {
  let now = 0;
  let asked = 0;
  const timers = [];
  const spans = [];
  const setTimeout = (callback, ms, ...values) => timers.push({ at: now + ms, asked: asked++, callback, values });
  const calls = tasks.map(({ name, ms, fails, computes }) => async () => {
    const start = now;
    if (computes) now += ms;
    else await new Promise((done) => setTimeout(done, ms));
    spans.push([name, start, now, fails ? "rejected" : "fulfilled"]);
    if (fails) throw new Error(name);
  });
  const main = new Function("setTimeout", ...tasks.map(({ name }) => name), `${source}\nreturn main;`)(setTimeout, ...calls);
  let over = null;
  main().then(
    () => (over = [now, true]),
    () => (over = [now, false]),
  );
  await settled();
  while (timers.length) {
    timers.sort((a, b) => a.at - b.at || a.asked - b.asked);
    const { at, callback, values } = timers.shift();
    now = Math.max(now, at);
    callback(...values);
    await settled(); // every promise that can settle now has settled
  }
  return { over, spans };
}

let text = "";
for await (const chunk of process.stdin) text += chunk;
const outcomes = [];
for (const program of JSON.parse(text)) outcomes.push(await run(program));
process.stdout.write(JSON.stringify(outcomes));
