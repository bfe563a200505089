// Days as the API gives them: "2017-05-06", with a precision. No time of day, so no time zone.

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const MILLISECONDS = 86_400_000;

/** The number of a day, to reckon with. */
export function numberOf(day) {
  const [year, month, date] = day.split("-").map(Number);
  return Date.UTC(year, month - 1, date) / MILLISECONDS;
}

/** The day of a number. */
export function dayOf(number) {
  return new Date(number * MILLISECONDS).toISOString().slice(0, 10);
}

/** Today, where the reader is. */
export function today() {
  const now = new Date();
  return dayOf(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / MILLISECONDS);
}

/** "6 May 2017"; "May 2017" or "2017" where no more is known. */
export function words(day, precision = "day") {
  const [year, month, date] = day.split("-").map(Number);
  if (precision === "year") return String(year);
  if (precision === "month") return `${MONTHS[month - 1]} ${year}`;
  return `${date} ${MONTHS[month - 1]} ${year}`;
}

/** The first days of months or years between two numbers, `most` at most, with what an axis writes at them. */
export function ticks(from, to, most) {
  const months = [1, 3, 6, 12, 24, 60, 120, 240].find((step) => (to - from) / 30.4 / step <= most) ?? 600;
  const all = [];
  // Counted from the year 0, so that steps of several years fall on round ones.
  let month = Math.floor((Number(dayOf(from).slice(0, 4)) * 12) / months) * months;
  for (;;) {
    const year = String(Math.floor(month / 12)).padStart(4, "0");
    const at = numberOf(`${year}-${String((month % 12) + 1).padStart(2, "0")}-01`);
    if (at > to) return all;
    if (at >= from) all.push({ at, name: months < 12 ? `${MONTHS[month % 12].slice(0, 3)} ${year}` : year });
    month += months;
  }
}
