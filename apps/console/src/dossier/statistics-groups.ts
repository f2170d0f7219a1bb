import { LEVELS, type ClueStatistics, type FindingStatistics, type Level, type RectificationStatistics } from '@tianyan/dossier';
import { precisionOf } from '@tianyan/findings';
import { PROBLEM_CLASSES } from '@tianyan/rules';
import {
  CLUE_STATE_LABELS,
  CLUE_STATES,
  DISPOSAL_LABELS,
  DISPOSALS,
  FORM_LABELS,
  FORMS,
  RECTIFICATION_STATE_LABELS,
  RECTIFICATION_STATES,
  VERDICT_LABELS,
  verdictSchema,
  type Statistics,
  type StatisticsFigure,
  type Verdict,
} from '../api/index.js';

const LEVEL_LABELS: Readonly<Record<Level, string>> = { village: '村（社区）', township: '乡镇', county: '县级' };

const count = (label: string, value: number): StatisticsFigure => ({ label, kind: 'count', value });
const share = (label: string, part: number, of: number): StatisticsFigure => ({
  label,
  kind: 'share',
  value: of === 0 ? null : Math.round((1_000 * part) / of),
});

/** Each number with how it is reckoned. */
export function statisticsGroups(
  findings: FindingStatistics,
  clues: ClueStatistics,
  rectifications: RectificationStatistics,
): Statistics['groups'] {
  const standing = findings.found - findings.withdrawn;
  const of = (verdict: Verdict) => findings.byVerdict.get(verdict) ?? 0;
  const { checked, confirmed, dataErrors } = precisionOf({
    confirmed: of('confirmed'),
    unfounded: of('unfounded'),
    permitted: of('permitted'),
    dataErrors: of('data-error'),
    unclassed: findings.unclassed,
  });
  return [
    {
      key: 'findings',
      title: '疑点',
      meaning:
        '期间内首次发现的疑点，按现在的状态。核实率 = 人已核实的 ÷ 没有撤回的；属实率 = 属实的 ÷ 人已核实的，数据错误的不计，以前没有分类的排除算不属实，和记分卡的查实率、规则的准确率一样。核实过的，数据以后不再支持也照计。试运行的规则不算。',
      figures: [
        count('发现', findings.found),
        count('其中数据已撤回', findings.withdrawn),
        count('人已核实', checked + dataErrors),
        share('核实率', checked + dataErrors, standing),
        share('属实率', confirmed, checked),
      ],
    },
    {
      key: 'verdicts',
      title: '核实结论',
      meaning: '上面没有撤回的疑点，按人核实的结论。转为线索的算属实；以前没有分类的排除不列。',
      figures: verdictSchema.options.map((verdict) => count(VERDICT_LABELS[verdict], of(verdict))),
    },
    {
      key: 'kinds',
      title: '问题类别和层级',
      meaning:
        '没有撤回的疑点，按规则的类别（四风、微腐败、不担当不作为）和所在层级：落到村的算村，只到乡镇的算乡镇，都没有的算县级。',
      figures: kindFigures(findings.byKind),
    },
    {
      key: 'money',
      title: '金额',
      meaning:
        '属实的疑点里规则写明涉及多少钱的，合计；几条疑点说的是同一笔钱时会重复计。整改事项追回的，是期间内登记到台账的事项里单位报告的；线索追回的，是期间内登记的线索里验收通过的整改写明的。同一笔钱两处都写的，两处都计，不要相加。',
      figures: [
        count('有金额的属实疑点', findings.amount.findings),
        { label: '涉及金额', kind: 'fen', value: findings.amount.fen },
        { label: '整改事项追回', kind: 'fen', value: rectifications.recoveredFen },
        { label: '线索追回', kind: 'fen', value: clues.recoveredFen },
      ],
    },
    ...clueGroups(clues),
    rectificationGroup(rectifications),
  ];
}

function clueGroups(clues: ClueStatistics): Statistics['groups'] {
  return [
    {
      key: 'clues',
      title: '线索',
      meaning:
        '期间内登记的问题线索，按现在的状态；限定了知悉范围而您不在其中的不算，下面几类也是。已并案的并入别的线索，已撤销的没有疑点了，编号都保留，所以也列出来。',
      figures: [
        count('登记', clues.registered),
        ...CLUE_STATES.map((state) => count(CLUE_STATE_LABELS[state], clues.byState.get(state) ?? 0)).filter(
          ({ value }) => value !== 0,
        ),
        count('整改中建立完善的制度', clues.improvements),
      ],
    },
    {
      key: 'disposals',
      title: '处置方式',
      meaning: '期间内登记的线索里已经批准处置方式的。',
      figures: DISPOSALS.map((disposal) => count(DISPOSAL_LABELS[disposal], clues.byDisposal.get(disposal) ?? 0)),
    },
    {
      key: 'forms',
      title: '四种形态',
      meaning:
        '期间内（最后一次）认定了形态的人：登记时认定为同一人的算一个人，登记几次、在几条线索里都算一个；改了形态的按改后的算。人次：在一条线索里算一次，在两条线索里算两次。',
      figures: FORMS.flatMap((form) => {
        const { people, times } = clues.byForm.get(form) ?? { people: 0, times: 0 };
        return [count(FORM_LABELS[form], people), count(`${FORM_LABELS[form]}，人次`, times)];
      }),
    },
  ];
}

function rectificationGroup({ byState }: RectificationStatistics): Statistics['groups'][number] {
  const total = [...byState.values()].reduce((sum, value) => sum + value, 0);
  return {
    key: 'rectifications',
    title: '整改',
    meaning: '期间内登记到整改台账的事项，按现在的状态。整改率 = 已销号的 ÷ 登记的。',
    figures: [
      count('登记', total),
      ...RECTIFICATION_STATES.map((state) => count(RECTIFICATION_STATE_LABELS[state], byState.get(state) ?? 0)),
      share('整改率', byState.get('settled') ?? 0, total),
    ],
  };
}

/** Classes of the county's own rules of before too, after those that are known. */
function kindFigures(byKind: FindingStatistics['byKind']): StatisticsFigure[] {
  const classes = [...new Set<string>([...PROBLEM_CLASSES, ...byKind.map(({ problemClass }) => problemClass)])];
  return classes.flatMap((problemClass) =>
    LEVELS.flatMap((level) => {
      const found = byKind.find((one) => one.problemClass === problemClass && one.level === level);
      if (!found) return [];
      const label = `${problemClass}，${LEVEL_LABELS[level]}`;
      return [count(label, found.found), count(`${label}，其中属实`, found.confirmed)];
    }),
  );
}
