// Whether a condition holds, as survey_service/conditions/evaluate.py says it. A comparison with nothing is false.
const capitals = new RegExp(
  "[A-Z\u00c0-\u00de\u0100-\u024f\u0370-\u03ff\u0400-\u052f\u0531-\u0556\u10a0-\u10cd\u1c90-\u1cbf\u1e00-\u1fff]",
  "g",
);
const lowered = (text) => text.replace(capitals, (letter) => letter.toLowerCase());
const isNumber = (one) => typeof one === "number";
const isText = (one) => typeof one === "string";
const among = (to) => (one) => to.includes(one);
const numbers = (compared) => (value, to) => isNumber(value) && isNumber(to) && compared(value, to);
const texts = (compared) => (value, to) => isText(value) && isText(to) && compared(value, to);
const lists = (compared) => (value, to) => Array.isArray(value) && Array.isArray(to) && compared(value, to);
const same = (value, to) => value === to;
const under = (value, to) => value < to;
const over = (value, to) => value > to;
const ordered = { is: same, lt: under, le: (value, to) => value <= to, gt: over, ge: (value, to) => value >= to };
const sized = (size, bounds) =>
  bounds instanceof Object &&
  !Array.isArray(bounds) &&
  Object.entries(bounds).every(([name, bound]) => ordered[name](size, bound));
const operators = {
  answered: () => true,
  is: (value, to) => numbers(same)(value, to) || texts(same)(value, to),
  lt: numbers(ordered.lt),
  le: numbers(ordered.le),
  gt: numbers(ordered.gt),
  ge: numbers(ordered.ge),
  between: (value, to) => isNumber(value) && Array.isArray(to) && to.length === 2 && to.every(isNumber) && to[0] <= value && value <= to[1],
  any_of: (value, to) => Array.isArray(to) && [value].flat().some(among(to)),
  all_of: lists((value, to) => to.every(among(value))),
  none_of: lists((value, to) => !to.some(among(value))),
  exactly: lists((value, to) => value.length === to.length && to.every(among(value))),
  contains: texts((value, to) => lowered(value).includes(lowered(to))),
  begins: texts((value, to) => lowered(value).startsWith(lowered(to))),
  on: texts(same),
  before: texts(under),
  after: texts(over),
  count: (value, to) => Array.isArray(value) && sized(value.length, to),
  length: (value, to) => isText(value) && sized([...value].length, to),
};

function holds(condition, values) {
  if (condition.all) return condition.all.every((part) => holds(part, values));
  if (condition.any) return condition.any.some((part) => holds(part, values));
  if (condition.not) return !holds(condition.not, values);
  return Object.hasOwn(values, condition.of) && operators[condition.is ?? "answered"](values[condition.of], condition.to);
}

// Words as the server keeps them: lines ended by a line feed, without what no page can show and without blank ends.
const lineEnds = /\r\n|[\r\v\f\x85\u2028\u2029]/g;
const unfit =
  /[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0001}\p{Cs}\p{Noncharacter_Code_Point}]/gu;
const longRuns = /(\p{M}{30})\p{M}+/gu;
const seen = /[^\s\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb\u2800\u{1d159}]/u;

function words(text = "") {
  const kept = text.replace(lineEnds, "\n").replace(unfit, "").replace(longRuns, "$1").normalize("NFC").trim();
  return seen.test(kept) ? kept : undefined;
}

// What the texts of a question's chosen or filled controls say, as its sort compares; undefined for nothing.
const readings = {
  number: ([text]) => (text ? Number(text) : undefined),
  one: ([text]) => text,
  several: (texts) => (texts.length ? texts : undefined),
};
const reading = (sort, texts) => (readings[sort] ?? (([text]) => words(text)))(texts);

// One pass from top to bottom over [key, sort, condition]: which of them are asked. What these say is added to `values`,
// for those that come after to read.
function judge(rules, values, textsOf) {
  const asked = new Map();
  for (const [key, sort, condition] of rules) {
    asked.set(key, !condition || holds(condition, values));
    const value = asked.get(key) && sort ? reading(sort, textsOf(key)) : undefined;
    if (value !== undefined) values[key] = value;
  }
  return asked;
}
