import { creditCodeCheck } from '@tianyan/contracts';
import { contentHash } from '@tianyan/kernel';

/** Of a county that does not exist in the registers of firms under these numbers. */
const DIVISION = '320921';
/** As what a firm was registered, by the end of its name: a family farm is a person who trades. */
const KINDS: readonly (readonly [kind: RegExp, registered: string])[] = [
  [/合作社/, '93'],
  [/家庭农场/, '92'],
  [/公司/, '91'],
];
const DIGITS_OF_HASH = 6;
/** GB 11714: weights of the eight characters of an organisation's number. */
const WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2] as const;
const MODULUS = 11;

/**
 * The unified social credit code of a firm, empty for a person. By the name alone: whoever is called alike in two systems is the same firm here, and no
 * dice are thrown, which would change everything that is planted.
 */
export function creditCodeOf(name: string | null): string {
  if (!name?.startsWith('响水县')) return '';
  const registered = KINDS.find(([kind]) => kind.test(name))?.[1];
  if (registered === undefined) return '';
  const number = `MA${String(Number.parseInt(contentHash(name).slice(0, 8), 16) % 10 ** DIGITS_OF_HASH).padStart(DIGITS_OF_HASH, '0')}`;
  const body = `${registered}${DIVISION}${number}${organisationCheck(number)}`;
  return `${body}${creditCodeCheck(body)}`;
}

function organisationCheck(number: string): string {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number.parseInt(number[i] ?? '0', 36), 0);
  const check = MODULUS - (sum % MODULUS);
  return check === 10 ? 'X' : check === MODULUS ? '0' : String(check);
}
