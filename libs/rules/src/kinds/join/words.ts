import type { RuleWords } from '../../explain/rule-words.js';
import type { Amount } from '../../language/values.js';
import { statisticWords } from '../../explain/statistic-words.js';
import type { Join, JoinCondition } from './schema.js';

const PICK_WORDS = { first: '最早一条', last: '最近一条' } as const;

/** Where the records of the condition stand, such as “在该工单之前 180 天内”. */
function placeWords({ after, before, within }: JoinCondition, join: Join, words: RuleWords): string {
  const of = (mark: string) => (mark === join.subject ? `该${words.input(join.subject)}` : '标记的那条');
  const span = within ? ` ${words.span(within)}内` : '';
  if (after !== undefined && before !== undefined) return `在${of(after)}之后${span}、${of(before)}之前，`;
  if (after !== undefined) return after === join.subject ? `在${of(after)}之后${span}，` : `其后${span}`;
  return before === undefined ? '' : `在${of(before)}之前${span}，`;
}

/** “乡镇与该“合同”相同”, “年租金小于该“合同”的年租金的 70%”. */
function comparedWords(
  c: NonNullable<JoinCondition['compare']>[number],
  { of }: JoinCondition,
  join: Join,
  words: RuleWords,
): string {
  const [own, theirs] = [words.field(of, c.field), words.field(join.subject, c.subject)];
  const subject = `该${words.input(join.subject)}`;
  const missing = c.orMissing ? '（或为空）' : '';
  const shifted = words.shifted(join.subject, c.subject, c);
  const plain = own === theirs && shifted === theirs;
  if (plain && c.is === 'equals') return `${own}与${subject}相同${missing}`;
  if (plain && c.is === 'differs') return `${own}与${subject}不同${missing}`;
  return `${own}${words.comparison(of, c.field, c.is)}${subject}的${shifted}${missing}`;
}

/** What the sum of the records is compared with; null: the condition asks for none. */
function sumWords(condition: JoinCondition, join: Join, words: RuleWords): string | null {
  const of = words.input(condition.of);
  const whole = (field: string, percent: Amount | undefined) =>
    `该${words.input(join.subject)}的${words.field(join.subject, field)}${percent === undefined ? '' : `的 ${words.amount(percent)}%`}`;
  const { share } = condition;
  if (share) return `${of}的${words.field(condition.of, share.sum)}合计达到${whole(share.ofField, share.percent)}`;
  for (const [test, word] of [['sumBelow', '少于'] as const, ['sumAbove', '超过'] as const]) {
    const sum = condition[test];
    if (sum) return `${of}的${words.field(condition.of, sum.sum)}合计${word}${whole(sum.field, sum.percent)}`;
  }
  return null;
}

function conditionWords(condition: JoinCondition, join: Join, words: RuleWords): string {
  const compared = (condition.compare ?? []).map((c) => comparedWords(c, condition, join, words)).join('，且');
  const place = placeWords(condition, join, words);
  const of = words.input(condition.of);
  const sum = sumWords(condition, join, words);
  if (sum !== null) return `${place}${sum}${compared === '' ? '' : `（只算这样的：${compared}）`}`;
  if (condition.stat) {
    const { value, per, is, percent, minRecords } = condition.stat;
    const by = per === undefined ? '' : `（每${words.unit(join.subject, per)}）`;
    const only = compared === '' ? '' : `；只比这样的${of}：${compared}`;
    const share = percent === undefined ? '' : `的 ${words.amount(percent)}%`;
    const own = `该${words.input(join.subject)}的${words.field(join.subject, value)}${by}`;
    const least = `（满 ${words.amount(minRecords)} 条才比${only}）`;
    return `${own}${words.comparison(join.subject, value, is)}${place}${of}的${statisticWords(condition.stat, words)}${share}${least}`;
  }
  if (condition.pick !== undefined) {
    const picked = `${place}${PICK_WORDS[condition.pick]}${of}`;
    if (condition.none) return compared === '' ? `${place}没有${of}` : `${picked}不是这样的（或一条也没有）：${compared}`;
    return compared === '' ? `${place}有${of}（取${PICK_WORDS[condition.pick]}）` : `${picked}，${compared}`;
  }
  if (condition.none) return compared === '' ? `${place}没有${of}` : `${place}没有这样的${of}：${compared}`;
  const least = words.amount(condition.atLeast ?? 1);
  const some = least === '1' ? `有${of}` : `有至少 ${least} 条${of}`;
  return `${place}${some}${compared === '' ? '' : `，其${compared}`}`;
}

/** A deadline on its own: “的终止日期之后 30 天内” is said of something. */
function sinceWords(deadline: string): string {
  return deadline.startsWith('的') ? deadline.slice(1) : deadline.replace(/^之后/, '发生之后');
}

export function joinWords(join: Join, words: RuleWords): string {
  const deadline = join.deadline ? `（${sinceWords(words.deadline(join.deadline, join.subject))}不判断）` : '';
  const all = join.all.map((one) =>
    'any' in one ? `（${one.any.map((c) => conditionWords(c, join, words)).join('；或者')}）` : conditionWords(one, join, words),
  );
  return `对每条${words.input(join.subject)}${deadline}：${all.join('；并且')}`;
}
