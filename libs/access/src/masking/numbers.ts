import { hasCardCheck, hasCardShape } from '@tianyan/contracts';
import { passesLuhn } from './checksums.js';
import type { Span, SpanKind } from './span.js';

/** What people write between the digits of one number. */
const GAP = String.raw`[\s\u2010-\u2015\u2212\-_.·•~/]{0,3}`;
const digits = (least: number, most: number) => String.raw`\d(?:${GAP}\d){${least - 1},${most - 1}}`;

/** Words after which a number is the number of a thing: an order, a contract, a voucher, a document. */
const THING_BEFORE =
  /(?:编号|单号|工单|订单|合同|凭证|票据|发票|案号|文号|流水|受理号|项目|批次|序号|代码|(?<![A-Za-z])(?:No|ID|HT|GD|PZ))(?:号码?|编号)?[\s:：.#＃_-]{0,3}$/i;
/** Words after which it is a person's after all, e.g. 工单联系电话. */
const PERSON_BEFORE =
  /(?:电话|手机|号码|联系方式|联系|致电|拨打|来电|微信|身份证|证件|银行卡|卡号|账[号户]|帐[号户]|护照)[号码为是]{0,2}[\s:：]{0,3}$/;
/** A code written in one piece, of which the digits are the end: HT-2025-…, XS2026…. `tel-` and the like announce a phone. */
const CODE_BEFORE = /(?:^|[^A-Za-z\d])(?!(?:tel|phone|mobile|mob|sj|dh|lxdh|call)[-_.]?$)[A-Za-z]+\d*[-_/]?(?:\d+[-_/])*$/i;
const AMOUNT_AFTER = /^(?:\.\d{2}(?!\d))?\s{0,2}(?:元|万元|圆|亩|平方|㎡|公斤|吨|户|人次)|^\.\d{2}(?!\d)/;
const CARD_CUE = /(?:身份证|证件|公民身份|居民身份|sfz|id\s?card)[^\d]{0,8}$/i;
const BANK_CUE =
  /(?:卡号|银行卡|储蓄卡|社保卡|一卡通|账[号户]|帐[号户]|开户|打款|转账|汇款|收款|[工农中建交招]行|农商行|信用社|邮储)[^\d]{0,8}$/;

/** Look-alikes are told from the words around them; `before` and `after` are the text on both sides. */
interface Found {
  digits: string;
  before: string;
  after: string;
}

interface Detector {
  kind: SpanKind;
  pattern: RegExp;
  holds: (found: Found) => boolean;
}

const isThing = ({ before }: Found) => THING_BEFORE.test(before) && !PERSON_BEFORE.test(before);

/** Order matters: the longer kinds first, since a part of their digits could look like a shorter kind. */
const DETECTORS: readonly Detector[] = [
  {
    kind: 'card',
    pattern: new RegExp(String.raw`(?<!\d)[1-9](?:${GAP}\d){16}${GAP}[\dXx](?!\d)`, 'g'),
    holds: (found) =>
      CARD_CUE.test(found.before) || (hasCardShape(found.digits) && hasCardCheck(found.digits) && !isThing(found)),
  },
  {
    kind: 'bank',
    pattern: new RegExp(String.raw`(?<!\d)${digits(16, 19)}(?!\d)`, 'g'),
    holds: (found) =>
      BANK_CUE.test(found.before) ||
      (found.digits.startsWith('62') && passesLuhn(found.digits) && !isThing(found) && !CODE_BEFORE.test(found.before)),
  },
  {
    kind: 'card',
    pattern: new RegExp(String.raw`(?<!\d)[1-9](?:${GAP}\d){14}(?!\d)`, 'g'),
    // A division, two digits of a year and a serial number look the same; nobody born before 1930 has a card of 15 digits left.
    holds: (found) =>
      hasCardShape(found.digits) && (CARD_CUE.test(found.before) || (found.digits.slice(6, 8) >= '30' && !isThing(found))),
  },
  {
    kind: 'bank',
    pattern: new RegExp(String.raw`(?<!\d)${digits(10, 25)}(?!\d)`, 'g'),
    holds: (found) => BANK_CUE.test(found.before) && !/(?:元|万)\s*$/.test(found.before) && !AMOUNT_AFTER.test(found.after),
  },
  {
    kind: 'phone',
    // The country code, or 0 as dialled from elsewhere, may stand in front, in brackets too.
    pattern: new RegExp(
      String.raw`(?<![\d.])(?:[(（]?(?:\+|00)?${GAP}86${GAP}[)）]?${GAP})?0?1${GAP}[3-9](?:${GAP}\d){9}(?!\d)`,
      'g',
    ),
    holds: (found) => !AMOUNT_AFTER.test(found.after) && !isThing(found) && !CODE_BEFORE.test(found.before),
  },
  { kind: 'phone', pattern: /(?<![\d.])1\.[3-9]\d{9}E\+?0?10(?!\d)/gi, holds: () => true },
  {
    kind: 'phone',
    pattern: new RegExp(
      String.raw`(?<![\d.])(?:(?:\+|00)${GAP}86${GAP}[(（]?0?|[(（]?${GAP}0)(?:10|2\d|[3-9]\d{2})${GAP}[)）]?${GAP}[2-8](?:${GAP}\d){6,7}(?!\d)`,
      'g',
    ),
    holds: (found) => !isThing(found) && !CODE_BEFORE.test(found.before),
  },
  {
    kind: 'phone',
    pattern: new RegExp(
      String.raw`(?<=(?:电话|座机|固话|手机|联系方式|致电|拨打|来电|短号|tel|phone)[号码为是]{0,2}[\s:：是为]{0,4})[1-9](?:${GAP}\d){6,11}(?!\d|\s*[年月日时次元个条人户])`,
      'gi',
    ),
    holds: () => true,
  },
];

/** How much of the text before and after a number is looked at. */
const CONTEXT_CHARS = 24;

/** Telephones, identity cards and bank cards in any spelling; numbers of things, amounts and dates are left alone. */
export function findNumbers(plain: string): Span[] {
  if (!/\d/.test(plain)) return [];
  const spans: Span[] = [];
  const isTaken = (start: number, end: number) => spans.some((span) => start < span.end && span.start < end);
  for (const { kind, pattern, holds } of DETECTORS) {
    for (const match of plain.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].length];
      if (isTaken(start, end)) continue;
      const found = {
        digits: match[0].replaceAll(/[^\dXx]/g, ''),
        before: plain.slice(Math.max(0, start - CONTEXT_CHARS), start),
        after: plain.slice(end, end + CONTEXT_CHARS),
      };
      if (holds(found)) spans.push({ start, end, kind });
    }
  }
  return spans;
}
