import { hasCardCheck, hasCardShape } from './identity-number.js';

/** GB 32100: digits and capital letters without I, O, S, V, Z; the value of a character is its place. */
const CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CODE_LENGTH = 18;
/** Who registered it and as what, the division it was registered in, the number of the organisation with its own check, the check. */
const SHAPE = /^[1-9A-HJ-NP-RTUWXY][1-9]\d{6}[0-9A-HJ-NP-RTUWXY]{10}$/;
/** The weight of a place is 3 to its power, by this modulus. */
const MODULUS = CHARACTERS.length;
const WEIGHT_BASE = 3;

/** Registered by the market regulator, as all firms are: no identity number of a citizen begins so. */
const MARKET_REGULATOR = '9';

/** Registered as a sole trader (个体工商户): a natural person who trades, and nobody else. */
export const SOLE_TRADER = '92';

/** The check character of a unified social credit code. @param body its first 17 characters */
export function creditCodeCheck(body: string): string {
  let weight = 1;
  let sum = 0;
  for (const character of body) {
    sum += CHARACTERS.indexOf(character) * weight;
    weight = (weight * WEIGHT_BASE) % MODULUS;
  }
  return CHARACTERS[(MODULUS - (sum % MODULUS)) % MODULUS] ?? '';
}

/**
 * Whether a text is a unified social credit code (GB 32100), written as it stands on the licence. One that might be an identity number, as one of
 * thirty passes the check, is none: columns of firms hold the numbers of people where the other party is a person, and one with a digit mistyped is still
 * that person's. Some codes of bodies that are no firms are refused with them.
 */
export function isCreditCode(text: string): boolean {
  if (!SHAPE.test(text) || creditCodeCheck(text.slice(0, -1)) !== text.at(-1)) return false;
  if (!/^\d{17}[\dX]$/.test(text) || !hasCardShape(text)) return true;
  return text.startsWith(MARKET_REGULATOR) && !hasCardCheck(text);
}

/**
 * Whether a text is the code of a firm or another body, which public registers name to everybody. The code of a sole trader stands for one person, and
 * is kept like a person's name.
 */
export function isOpenCreditCode(text: string): boolean {
  return isCreditCode(text) && !text.startsWith(SOLE_TRADER);
}

/** As people write it: with blanks and hyphens, in small or full-width letters. Null: it is no credit code. */
export function readCreditCode(text: string): string | null {
  const code = text
    .normalize('NFKC')
    .replaceAll(/[\s\u200b-\u200d\u2060-]+/g, '')
    .toUpperCase();
  return code.length === CODE_LENGTH && isCreditCode(code) ? code : null;
}

/** How the fields of credit codes end. */
const SUFFIX = 'CreditCode';

/** The field that holds the credit code of whom another field names: `lessee` and `lesseeCreditCode`. */
export function creditCodeField(nameField: string): string {
  return `${nameField}${SUFFIX}`;
}
