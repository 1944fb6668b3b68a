// Lists of holidays as text: JSON, or the lines of config/holidays (one flow mapping each). Pure. To read another way of
// writing them: a row in readers. SPDX-License-Identifier: MIT

// A flow value of YAML: {a: b, "c": "d"}, [a, b], quoted or plain words. Enough for one line of a holiday list.
class Flow {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  blank() {
    while (/\s/.test(this.text[this.at] || '')) this.at++;
  }

  value() {
    this.blank();
    const c = this.text[this.at];
    if (c === '{') return this.mapping();
    if (c === '"' || c === "'") return this.quoted(c);
    const plain = /^[^,{}[\]]*/.exec(this.text.slice(this.at))[0];
    this.at += plain.length;
    const word = plain.trim();
    return { yes: true, true: true, no: false, false: false }[word] ?? word;
  }

  quoted(quote) {
    let text = '';
    for (this.at++; this.text[this.at] !== quote; this.at++) {
      if (this.at >= this.text.length) throw new Error('quote');
      if (quote === '"' && this.text[this.at] === '\\') this.at++;
      text += this.text[this.at];
    }
    this.at++;
    if (quote === "'" && this.text[this.at] === "'") return `${text}'${this.quoted("'")}`;
    return text;
  }

  key() {
    this.blank();
    const c = this.text[this.at];
    if (c === '"' || c === "'") return this.quoted(c);
    const found = /^[A-Za-z_]+/.exec(this.text.slice(this.at));
    if (!found) throw new Error('key');
    this.at += found[0].length;
    return found[0];
  }

  mapping() {
    const members = {};
    this.at++;
    for (;;) {
      this.blank();
      if (this.text[this.at] === '}') break;
      const key = this.key();
      this.blank();
      if (this.text[this.at++] !== ':') throw new Error('colon');
      members[key] = this.value();
      this.blank();
      if (this.text[this.at] === ',') this.at++;
      else if (this.text[this.at] !== '}') throw new Error('comma');
    }
    this.at++;
    return members;
  }
}

function readLines(text) {
  const lines = text.split(/\r?\n/).map((line, i) => ({ line: line.trim(), n: i + 1 }));
  return lines
    .filter(({ line }) => line.startsWith('- {'))
    .map(({ line, n }) => {
      try {
        return new Flow(line.slice(2)).value();
      } catch {
        throw Object.assign(new Error('line'), { line: n });
      }
    });
}

function readJson(text) {
  const read = JSON.parse(text);
  return Array.isArray(read) ? read : read.holidays || [];
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MEMBERS = ['from', 'to', 'names', 'workday', 'like'];

function tidy(one) {
  if (!DATE.test(one?.from || '') || (one.to && !DATE.test(one.to)) || typeof one.names !== 'object') throw new Error('entry');
  const kept = Object.fromEntries(MEMBERS.filter((key) => one[key] !== undefined && one[key] !== '').map((key) => [key, one[key]]));
  return { ...kept, workday: Boolean(one.workday) };
}

// -> {holidays: [...]} or {fault: 'empty' | 'unreadable', line?}
export function readHolidays(text) {
  try {
    const found = /^\s*[[{]/.test(text) ? readJson(text) : readLines(text);
    if (!found.length) return { fault: 'empty' };
    return { holidays: found.map(tidy) };
  } catch (error) {
    return { fault: 'unreadable', line: error.line };
  }
}

// Those that are not there yet, in the order of their dates; an entry of the same date and kind is replaced.
export function addHolidays(present, more) {
  const key = (one) => `${one.from} ${Boolean(one.workday)}`;
  const fresh = new Set(more.map(key));
  return [...present.filter((one) => !fresh.has(key(one))), ...more].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
