import type { RuleWords } from '../../explain/rule-words.js';
import type { Join, JoinCondition } from './schema.js';

const STATISTIC_WORDS = { average: '平均值', median: '中位数', lowerFence: '异常值下限', upperFence: '异常值上限' } as const;
const PICK_WORDS = { first: '最早一条', last: '最近一条' } as const;

/** Where the records of the condition stand, such as “在该工单之前 180 天内”. */
function placeWords({ after, before, within }: JoinCondition, join: Join, words: RuleWords): string {
  const of = (mark: string) => (mark === join.subject ? `该${words.input(join.subject)}` : '标记的那条');
  const span = within ? ` ${words.span(within)}内` : '';
  if (after !== undefined && before !== undefined) return `在${of(after)}之后${span}、${of(before)}之前，`;
  if (after !== undefined) return after === join.subject ? `在${of(after)}之后${span}，` : `其后${span}`;
  return before === undefined ? '' : `在${of(before)}之前${span}，`;
}

/** “与“合同”的乡镇相同”, “年租金小于“合同”的年租金的 70%”. */
function comparedWords(
  c: NonNullable<JoinCondition['compare']>[number],
  { of }: JoinCondition,
  join: Join,
  words: RuleWords,
): string {
  const [own, theirs] = [words.field(of, c.field), words.field(join.subject, c.subject)];
  const subject = words.input(join.subject);
  const missing = c.orMissing ? '（或为空）' : '';
  const plain = own === theirs && words.shifted(theirs, c) === theirs;
  if (plain && c.is === 'equals') return `与${subject}的${own}相同${missing}`;
  if (plain && c.is === 'differs') return `与${subject}的${own}不同${missing}`;
  return `${own}${words.comparison(of, c.field, c.is)}${subject}的${words.shifted(theirs, c)}${missing}`;
}

function conditionWords(condition: JoinCondition, join: Join, words: RuleWords): string {
  const subject = words.input(join.subject);
  const compared = (condition.compare ?? []).map((c) => comparedWords(c, condition, join, words));
  const which = compared.length > 0 ? `${compared.join('且')}的` : '';
  const place = placeWords(condition, join, words);
  const of = words.input(condition.of);
  if (condition.share)
    return `${place}${of}的${words.field(condition.of, condition.share.sum)}合计达到${subject}的${words.field(join.subject, condition.share.ofField)}的 ${words.amount(condition.share.percent)}%`;
  for (const [test, word] of [['sumBelow', '少于'] as const, ['sumAbove', '超过'] as const]) {
    const sum = condition[test];
    if (!sum) continue;
    const percent = sum.percent === undefined ? '' : `的 ${words.amount(sum.percent)}%`;
    return `${place}${which}${of}的${words.field(condition.of, sum.sum)}合计${word}${words.field(join.subject, sum.field)}${percent}`;
  }
  if (condition.stat) {
    const { value, per, is, statistic, percent, minRecords } = condition.stat;
    const by = per === undefined ? '' : `（每${words.unit(join.subject, per)}）`;
    const only = compared.length > 0 ? `，只比${compared.join('、')}的` : '';
    const share = percent === undefined ? '' : `的 ${words.amount(percent)}%`;
    const least = `（至少 ${words.amount(minRecords)} 条才比${only}）`;
    return `${subject}的${words.field(join.subject, value)}${by}${words.comparison(join.subject, value, is)}${place}${of}的${STATISTIC_WORDS[statistic]}${share}${least}`;
  }
  if (condition.pick !== undefined) {
    const picked = `${place}${of}的${PICK_WORDS[condition.pick]}`;
    if (condition.none)
      return compared.length > 0 ? `${picked}不是${which.slice(0, -1)}（或没有这样的记录）` : `${place}没有${of}`;
    return compared.length > 0 ? `${picked}的${compared.join('且')}` : `${place}有${of}（取${PICK_WORDS[condition.pick]}）`;
  }
  if (condition.none) return `${place}没有${which}${of}`;
  return `${place}有${which}${of}至少 ${words.amount(condition.atLeast ?? 1)} 条`;
}

export function joinWords(join: Join, words: RuleWords): string {
  const deadline = join.deadline ? `（${words.deadline(join.deadline, join.subject)}不判断）` : '';
  const all = join.all.map((one) =>
    'any' in one ? `（${one.any.map((c) => conditionWords(c, join, words)).join('；或者')}）` : conditionWords(one, join, words),
  );
  return `对每条${words.input(join.subject)}${deadline}：${all.join('，并且')}`;
}
