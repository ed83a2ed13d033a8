/**
 * How many people a value could tell apart, at most.
 *
 * The same as `assistant/site/record/entropy.py`, where it is explained; both are held against
 * `tests/extension/shapes.examples.json`.
 */

export const LONGEST_READ = 4_096;
export const MOST_BITS = 1_024;
const UUID_BITS = 122;
const IPV4_BITS = 32;
const ALL_PEOPLE_BITS = 33;
const FREE_WORDS = 3;
const WORD_BITS = 11;
const SHORT_WORD = 7;
const LONG_WORD = 14;
const LEAST_VOWELS = 0.3;

export const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
export const STRONG = /[.:|&,;=!/ \t\r\n"'`{}[\]()<>@?#+*$^%\\]+/;
export const WEAK = /[-_~]+/;

const KEYWORDS = new Set(["true", "false", "null", "undefined", "none", "nan", "yes", "no"]);
const TIMESTAMP = String.raw`1[4-9][0-9]{8}(?:[0-9]{3})?(?:\.[0-9]{1,3})?`;
const DATE =
  String.raw`(?:19|20)[0-9]{2}(?<between>[-/.]?)(?:0[1-9]|1[0-2])\k<between>(?:0[1-9]|[12][0-9]|3[01])` +
  String.raw`(?:[T ][0-9]{2}:?[0-9]{2}(?::?[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?` +
  String.raw`|(?:0?[1-9]|[12][0-9]|3[01])[./](?:0?[1-9]|[12][0-9]|3[01])[./](?:19|20)[0-9]{2}`;
const VERSION = String.raw`v?[0-9]{1,4}(?:\.[0-9]{1,5}){1,4}(?:-(?:alpha|beta|rc|dev)\.?[0-9]{0,3})?`;
const COLOUR = "#[0-9A-Fa-f]{3,4}|#?[0-9A-Fa-f]{6}|#[0-9A-Fa-f]{8}";
const LANGUAGE = String.raw`[a-z]{2,3}(?:[-_][A-Za-z]{2,4}){0,2}(?:;q=[01](?:\.[0-9]{1,3})?)?`;
const LANGUAGES = `${LANGUAGE}(?:, ?${LANGUAGE}){0,9}`;
const PLAIN = new RegExp(`^(?:${[TIMESTAMP, DATE, VERSION, COLOUR, LANGUAGES].join("|")})$`);
const IPV4 = /^\p{Nd}{1,3}(?:\.\p{Nd}{1,3}){3}$/u;
const EMAIL = /^[^\s\x1c-\x1f\x85@,;:<>]{1,64}@[^\s\x1c-\x1f\x85@,;:<>]{1,200}$/u;
const LETTERS = /^\p{L}+$/u;
const DIGITS = /^\p{Nd}+$/u;
const CAMEL = /[A-Z]?(?:(?![A-Z])\p{L})+|[A-Z]+(?!(?![A-Z])\p{L})/gu;
const CONSONANTS = /[b-df-hj-np-tv-xz]{5}/i;
const EDGES = /^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g;
const BEYOND = /[^\0-\x7f]/;
const SURROGATE = /[\ud800-\udfff]/;

/** Characters, as people count them; a pair of surrogates is one. */
export const lengthOf = (/** @type {string} */ text) =>
  SURROGATE.test(text) ? [...text].length : text.length;

/** @param {string} text @param {number} most */
export const cut = (text, most) =>
  text.length <= most
    ? text
    : SURROGATE.test(text)
      ? [...text.slice(0, 2 * most)].slice(0, most).join("")
      : text.slice(0, most);

/** @param {number} bits */
const rounded = (bits) => Number(bits.toFixed(1));

/**
 * Most identifying entropy that a value can carry, in bits; 33 tell all people apart.
 *
 * @param {string} value
 */
export function bitsOf(value) {
  const read = cut(value, LONGEST_READ);
  if (isPlain(read)) return 0;
  if (IPV4.test(read)) return IPV4_BITS;
  if (EMAIL.test(read)) return Math.max(ALL_PEOPLE_BITS, rounded(formula(read)));
  const [token, words] = weigh(read);
  return rounded(Math.min(MOST_BITS, token + WORD_BITS * Math.max(0, words - FREE_WORDS)));
}

/**
 * The same without the words: what is left is no text that people read.
 *
 * @param {string} value
 */
export function tokenBits(value) {
  const read = cut(value, LONGEST_READ);
  return isPlain(read) ? 0 : Math.min(MOST_BITS, weigh(read)[0]);
}

/** @param {string} text */
function isPlain(text) {
  const value = text.replace(EDGES, "");
  if (new Set(value).size < 2 || KEYWORDS.has(value.toLowerCase())) return true;
  if (lengthOf(value) > 100) return false;
  return PLAIN.test(value) && !(IPV4.test(value) && !value.endsWith(".0.0.0"));
}

/**
 * Bits of the pieces that are no words, and the number of words.
 *
 * @param {string} value
 * @returns {[number, number]}
 */
function weigh(value) {
  let bits = 0;
  let words = 0;
  for (const piece of value.split(STRONG)) {
    if (!piece) continue;
    if (LETTERS.test(piece) && lengthOf(piece) <= SHORT_WORD) {
      words += 1;
    } else if (isPlain(piece)) {
      continue;
    } else if (piece.length >= 32 && UUID.test(piece)) {
      bits += UUID_BITS;
    } else {
      const smaller = piece.split(WEAK).filter(Boolean);
      const counts = smaller.filter((part) => !DIGITS.test(part)).map(wordsIn);
      const readable = !counts.includes(null);
      if (readable) for (const count of counts) words += count ?? 0;
      const told = readable ? smaller.filter((part) => DIGITS.test(part)) : smaller;
      bits += formula(told.join(""));
    }
  }
  return [bits, words];
}

/** @param {string} part */
function wordsIn(part) {
  if (!LETTERS.test(part)) return null;
  const words = part.match(CAMEL) ?? [];
  if (words.length > 1 && lengthOf(part) < 3 * words.length) return null;
  return words.length && words.every(isWord) ? words.length : null;
}

/** @param {string} word */
function isWord(word) {
  const length = lengthOf(word);
  if (length <= SHORT_WORD) return true;
  if (length > LONG_WORD) return false;
  if (BEYOND.test(word)) return true;
  const vowels = (word.match(/[aeiouy]/gi) ?? []).length;
  return vowels >= LEAST_VOWELS * length && !CONSONANTS.test(word);
}

/** @param {string} piece */
function formula(piece) {
  const distinct = new Set(piece);
  if (distinct.size < 2) return 0;
  const length = lengthOf(piece);
  const alphabet = alphabetOf(piece);
  return Math.min(
    length * Math.log2(alphabet),
    choices(alphabet, Math.min(distinct.size, alphabet)) + length * Math.log2(distinct.size),
  );
}

/** @param {string} piece */
function alphabetOf(piece) {
  const digits = /[0-9]/.test(piece);
  if (digits && !/[^0-9]/.test(piece)) return 10;
  if (digits && (!/[^0-9a-f]/.test(piece) || !/[^0-9A-F]/.test(piece))) return 16;
  return (
    (digits ? 10 : 0) +
    (/[a-z]/.test(piece) ? 26 : 0) +
    (/[A-Z]/.test(piece) ? 26 : 0) +
    (BEYOND.test(piece) ? 128 : 0) +
    (/[^0-9A-Za-z\x80-\uffff]/.test(piece) ? 33 : 0)
  );
}

/** @type {Map<number, number>} */
const known = new Map();

/** log2 of the ways to choose `distinct` of `alphabet` characters. */
function choices(/** @type {number} */ alphabet, /** @type {number} */ distinct) {
  const key = alphabet * 1_024 + distinct;
  let sum = known.get(key);
  if (sum === undefined) {
    sum = 0;
    for (let i = 1; i <= distinct; i += 1) {
      sum += Math.log2(alphabet - distinct + i) - Math.log2(i);
    }
    known.set(key, sum);
  }
  return sum;
}
