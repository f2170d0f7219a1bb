import { severitySchema, type RuleProgress, type RuleSummary, type Severity } from '@tianyan/console-app/api';

/** As the list tells how far a rule is. */
export const RULE_STATES = ['live', 'waiting', 'set-aside', 'off', 'shadow'] as const;
export type RuleStateName = (typeof RULE_STATES)[number];
export const RULE_STATE_LABELS: Readonly<Record<RuleStateName, string>> = {
  live: '启用，正常研判',
  waiting: '启用，等待或正在研判已有数据',
  'set-aside': '已暂停',
  off: '已停用',
  shadow: '有一版在影子运行',
};

/** By what the list of rules is narrowed; what is missing narrows nothing. */
export interface RuleFilter {
  state?: RuleStateName;
  /** Chinese name of a record type. */
  reads?: string;
  /** Chinese name. */
  class?: string;
  severity?: Severity;
  /** Words, all of which have to be in the title, the id, or what it finds. */
  text?: string;
}

const STATE_OF: Readonly<Record<RuleProgress, RuleStateName>> = {
  off: 'off',
  'set-aside': 'set-aside',
  waiting: 'waiting',
  sweeping: 'waiting',
  live: 'live',
};

export function ruleFilterOf(search: URLSearchParams): RuleFilter {
  const state = RULE_STATES.find((one) => one === search.get('state'));
  const severity = severitySchema.safeParse(search.get('severity'));
  const [reads, problemClass, text] = [search.get('reads'), search.get('class'), search.get('text')];
  return {
    ...(state && { state }),
    ...(reads && { reads }),
    ...(problemClass && { class: problemClass }),
    ...(severity.success && { severity: severity.data }),
    ...(text && { text }),
  };
}

type Filtered = Pick<
  RuleSummary,
  'id' | 'title' | 'about' | 'classLabel' | 'kindLabel' | 'severity' | 'progress' | 'shadowVersion'
> & { reads: readonly string[] };

export function passesRuleFilter(rule: Filtered, filter: RuleFilter): boolean {
  const { state, reads, class: problemClass, severity, text } = filter;
  return (
    (state === undefined || (state === 'shadow' ? rule.shadowVersion !== null : STATE_OF[rule.progress] === state)) &&
    (reads === undefined || rule.reads.includes(reads)) &&
    (problemClass === undefined || rule.classLabel === problemClass) &&
    (severity === undefined || rule.severity === severity) &&
    hasWords([rule.title, rule.id, rule.about, rule.classLabel, rule.kindLabel, ...rule.reads], text)
  );
}

/** Whether all words are somewhere in the texts; letters small or large. */
export function hasWords(texts: readonly string[], words = ''): boolean {
  const all = texts.join('\n').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
