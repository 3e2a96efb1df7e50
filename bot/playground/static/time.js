// Moments in the reader's own words and time zone.

const DAY = 86_400_000;
const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};
const UNITS = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["day", DAY],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

const written = (date, style) => new Intl.DateTimeFormat(undefined, STYLES[style]).format(date);
const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

export const clock = (date) => written(date, "t");
export const full = (date) => written(date, "F");
export const day = (date) => written(date, "D");
export const sameDay = (one, other) => midnight(one) === midnight(other);

/** "14:03" today, "Yesterday at 14:03", else the date too. */
export function stamp(date, now = new Date()) {
  const days = Math.round((midnight(now) - midnight(date)) / DAY);
  if (days === 0) return clock(date);
  if (days === 1) return `Yesterday at ${clock(date)}`;
  return written(date, "s");
}

/** "in 5 minutes", "2 days ago". */
export function relative(date, now = new Date()) {
  const away = date.getTime() - now.getTime();
  const [unit, length] = UNITS.find(([, length]) => Math.abs(away) >= length) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(away / length), unit);
}

/** Write the <t:…> timestamps under `root` in the reader's time. */
export function localise(root) {
  for (const node of root.querySelectorAll("time[data-style]")) {
    const date = new Date(node.dateTime);
    const text = node.dataset.style === "R" ? relative(date) : written(date, node.dataset.style);
    if (node.textContent !== text) node.textContent = text;
    node.title = full(date);
  }
}
