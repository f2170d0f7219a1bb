import { chinaDayOf, toChinaMinute } from '@tianyan/kernel';
import type { Evaluation } from '../evaluation.js';
import type { RuleDefinition } from '../language/rule.js';
import { yearsWithoutNoticeText } from './calendar-note.js';
import { yuan } from './yuan.js';

/** Looks up the Chinese name of a code; undefined when it is not known. A division is a village or what it belongs to. */
export interface Names {
  unit(code: string): string | undefined;
  division(code: string): string | undefined;
}

const NO_NAMES: Names = { unit: () => undefined, division: () => undefined };

/** `{figure}` or `{figure:format}`. */
export const PLACEHOLDER = /\{([a-z][A-Za-z0-9]*)(?::([^{}]+))?\}/g;

export const FORMATS = ['元', '百分比', '时间', '日期', '单位名', '村名', '乡镇名'] as const;
export type Format = (typeof FORMATS)[number];

/** Shown for a figure that the evaluation does not carry: says so instead of leaving a hole in the sentence. */
const UNKNOWN = '（未知）';

/** Hundredths of a percent, as the rule language compares shares. */
export function percentText(share: number): string {
  return `${share < 0 ? '-' : ''}${Math.trunc(Math.abs(share) / 100)}.${String(Math.abs(share) % 100).padStart(2, '0')}%`;
}

function formatted(value: string | number, format: string | undefined, names: Names): string {
  const text = String(value);
  switch (format) {
    case '元':
      return yuan(Number(value));
    case '百分比':
      return percentText(Number(value));
    case '时间':
      return typeof value === 'number' && value > 0 ? toChinaMinute(value) : UNKNOWN;
    case '日期':
      if (typeof value === 'string') return value;
      return value > 0 ? chinaDayOf(value) : UNKNOWN;
    case '单位名':
      return names.unit(text) ?? text;
    case '村名':
    case '乡镇名':
      return names.division(text) ?? text;
    default:
      return text;
  }
}

/** Fills a template from figures, subjects and the rule's plain parameters. */
export function explain(rule: RuleDefinition, evaluation: Evaluation, names: Names = NO_NAMES): string {
  const text = rule.explanation.replaceAll(PLACEHOLDER, (_match, name: string, format: string | undefined) => {
    const value = evaluation.figures[name] ?? evaluation.subjects[name] ?? rule.parameters[name]?.value;
    return value === undefined ? UNKNOWN : formatted(value, format, names);
  });
  return `${text}${yearsWithoutNoticeText(evaluation)}`;
}
