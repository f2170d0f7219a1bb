import type { ClueStatistics, FindingStatistics, MonthStatistics, RectificationStatistics } from '@tianyan/dossier';
import { PROBLEM_CLASSES } from '@tianyan/rules';
import {
  FORM_LABELS,
  FORMS,
  RECTIFICATION_STATE_LABELS,
  RECTIFICATION_STATES,
  type Statistics,
  type StatisticsChart,
} from '../api/index.js';

/** Months drawn: of more the bars are too narrow to tell apart. */
const MAX_CHART_MONTHS = 24;
/** Full blocks of the longest bar in a document: as many as its column holds. */
const LONGEST_BAR = 20;
const FULL = '█';
/** Eighths of a block, from one to seven. */
const PARTS = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export interface Charted {
  findings: FindingStatistics;
  months: readonly MonthStatistics[];
  clues: ClueStatistics;
  rectifications: RectificationStatistics;
}

/** What is drawn, on the page and in the bulletin alike; each says the same as the figures of its group. */
export function statisticsCharts(
  { findings, months, clues, rectifications }: Charted,
  { fromDay, toDay }: Pick<Statistics, 'fromDay' | 'toDay'>,
): StatisticsChart[] {
  const found = new Map(months.map((one) => [one.month, one.found]));
  const all = monthsBetween(fromDay.slice(0, 7), toDay.slice(0, 7));
  const drawn = all.slice(-MAX_CHART_MONTHS);
  const classes = [...new Set<string>([...PROBLEM_CLASSES, ...findings.byKind.map(({ problemClass }) => problemClass)])];
  const ofClass = (asked: string) =>
    findings.byKind.filter(({ problemClass }) => problemClass === asked).reduce((sum, one) => sum + one.found, 0);
  return [
    {
      key: 'months',
      title: all.length > drawn.length ? `各月发现的疑点（最近 ${MAX_CHART_MONTHS} 个月）` : '各月发现的疑点',
      unit: '条',
      bars: drawn.map((month) => ({ label: month, value: found.get(month) ?? 0 })),
    },
    {
      key: 'classes',
      title: '四风和其他问题类别',
      unit: '条',
      bars: classes.map((label) => ({ label, value: ofClass(label) })),
    },
    {
      key: 'forms',
      title: '四种形态',
      unit: '人',
      bars: FORMS.map((form) => ({ label: FORM_LABELS[form], value: clues.byForm.get(form)?.people ?? 0 })),
    },
    {
      key: 'rectifications',
      title: '整改事项',
      unit: '项',
      bars: RECTIFICATION_STATES.map((state) => ({
        label: RECTIFICATION_STATE_LABELS[state],
        value: rectifications.byState.get(state) ?? 0,
      })),
    },
  ];
}

/** Both included, oldest first. */
function monthsBetween(from: string, to: string): string[] {
  const number = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
  const first = number(from);
  return Array.from({ length: number(to) - first + 1 }, (_, index) => {
    const at = first + index;
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
  });
}

/** A bar of characters that every Chinese font has (GBK), the longest of the chart over its column; what there is one of is seen. */
export function barText(value: number, longest: number): string {
  if (value <= 0 || longest <= 0) return '';
  const eighths = Math.max(1, Math.round((8 * LONGEST_BAR * value) / longest));
  return FULL.repeat(Math.floor(eighths / 8)) + (eighths % 8 === 0 ? '' : (PARTS[(eighths % 8) - 1] ?? ''));
}

/** What the template of the bulletin can name. */
export function chartWords({ title, unit, bars }: StatisticsChart) {
  const longest = Math.max(0, ...bars.map(({ value }) => value));
  return {
    title: `${title}（${unit}）`,
    bars: bars.map(({ label, value }) => ({ label, bar: barText(value, longest), value: String(value) })),
  };
}
