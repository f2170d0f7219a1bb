import { isPeriodField, type PeriodField } from '@tianyan/contracts';
import type { RuleWords } from './rule-words.js';

/** To be preceded by 同一 or 每. */
const PERIODS: Readonly<Record<PeriodField, string>> = {
  atDay: '天',
  atWeek: '周',
  atMonth: '个月',
  atQuarter: '个季度',
  atYear: '年',
};

/** The same of other fields of every record. */
const OTHERS: Readonly<Record<string, string>> = { id: '条记录', atHour: '个钟点' };

/** A code stands for what it is the code of; a firm's, for the firm. Of several things of which one is a number all are named. */
const CODE_WORDS = /^同一|的?统一社会信用代码$|(?<!或)(?:编号|标识|代码)$/g;

interface Part {
  field: string;
  /** 工单, 办理单位: what one value of it stands for. */
  thing: string;
}

/** Linked inputs have no scope of their own. */
function partsOf(words: RuleWords): Part[] {
  const own = Object.entries(words.rule.inputs).filter(([, { link }]) => link === undefined);
  return words.rule.scope.map((part) => {
    const read = own.map(([name, { scope }]) => ({ name, field: scope?.[part] ?? part }));
    const known = read.find(({ name, field }) => words.contract(name)?.fields[field] !== undefined) ?? read[0];
    const field = known?.field ?? part;
    const label = words.field(known?.name ?? '', field);
    return { field, thing: label.replaceAll(CODE_WORDS, '') || label };
  });
}

/** What one finding is about: “同一工单”, “同一办理单位、同一个月”. */
export function scopeWords(words: RuleWords): string {
  return partsOf(words)
    .map(({ field, thing }) => `同一${periodOf(field) ?? OTHERS[field] ?? thing}`)
    .join('、');
}

/**
 * How many findings there may be, in whole sentences without the last full stop: who writes “three within a week” may expect one for each week, and of
 * a scope without a period there is one for all of them.
 */
export function findingsWords(words: RuleWords): string {
  const parts = partsOf(words);
  const each = parts.map(({ field, thing }) => `每${periodOf(field) ?? OTHERS[field] ?? `个${thing}`}`).join('、');
  const periods = parts.flatMap(({ field }) => periodOf(field) ?? []);
  const hasWindow = asksForWindow(words.rule);
  if (periods.length > 0) {
    const [period = ''] = periods;
    return `${each}最多一条疑点${hasWindow ? `。时间窗只在同一${period}里数，跨过去的不连着数` : ''}`;
  }
  // Of a single record there are no several times.
  if (parts.some(({ field }) => field === 'id')) return `${each}最多一条疑点`;
  const apart = hasWindow
    ? '。不同时间的几次都合在这一条里；要每周、每月各出一条，请在判断对象里再加“发生的那一周”“发生月份”（跨周、跨月的就不连着数）'
    : '，不同时间的几次也合在这一条里';
  return `${each}最多一条疑点${apart}`;
}

function periodOf(field: string): string | undefined {
  return isPeriodField(field) ? PERIODS[field] : undefined;
}

/** Whether it judges what lies within a span of time. */
function asksForWindow({ examples: _examples, inputs: _inputs, parameters: _parameters, ...judged }: RuleWords['rule']): boolean {
  return namesWindow(judged);
}

function namesWindow(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  return 'within' in part || Object.values(part).some(namesWindow);
}
