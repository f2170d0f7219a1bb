import { z } from 'zod';
import { asItem, itemNote, sectionNote } from '../item-note.js';
import { conditionSchema, path, scalar, type Condition, type Scalar } from './condition.js';

/**
 * Changes to a text, one after the other: `squeeze` removes every blank, `collapse` leaves one blank between words,
 * `half-width` turns full-width letters and digits into ordinary ones.
 */
const textStep = z
  .union([
    z.enum(['lower', 'upper', 'squeeze', 'collapse', 'half-width']).meta(
      itemNote('直接写这个词', 'squeeze', {
        lower: '英文字母改成小写',
        upper: '英文字母改成大写',
        squeeze: '去掉所有空白',
        collapse: '连续空白并成一个空格',
        'half-width': '全角字母、数字改成半角',
      }),
    ),
    z.strictObject({ first: z.int().positive().meta(itemNote('只留前几个字', 100)) }),
    z.strictObject({ last: z.int().positive().meta(itemNote('只留后几个字', 4)) }),
    z.strictObject({ before: z.string().min(1).meta(itemNote('只留这段文字之前的部分；没有这段文字时全留', '（')) }),
    z.strictObject({ after: z.string().min(1).meta(itemNote('只留这段文字之后的部分；没有这段文字时为空', '：')) }),
  ])
  .meta(
    sectionNote('mapping-text-step', '文字处理', '`text` 列表中的一步，按先后执行。处理后什么也不剩的，当作空。', {
      before: '（',
    }),
  );
export type TextStep = z.infer<typeof textStep>;

/** How a text becomes a value. Money has to say its unit of measure, because a factor of ten thousand looks harmless in a file. */
export const READINGS = ['text', 'integer', 'number', 'percent', 'fen', 'yuan', 'wan-yuan', 'flag', 'instant', 'day'] as const;
export type Reading = (typeof READINGS)[number];

/** Amounts finer than a fen: refused, rounded half away from zero, or cut off towards zero. */
export const ROUNDINGS = ['refuse', 'half-up', 'floor'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

export interface ValueObject {
  /** Column or path; of several, the first that is not empty. */
  from?: string | readonly string[] | undefined;
  value?: Scalar | undefined;
  /** Several values put together; empty if one of them is empty. */
  join?: readonly ValueSpec[] | undefined;
  /** Keyed digest over several values: the same person or matter gets the same key, but nobody can tell who. Empty if one is empty. */
  digest?: readonly ValueSpec[] | undefined;
  /** The first branch whose condition holds. */
  choose?: readonly { when: Condition; take: ValueSpec }[] | undefined;
  /** Between the parts of a `join`. */
  with?: string | undefined;
  text?: readonly TextStep[] | undefined;
  /** Coded values; compared with the text after `text`. */
  values?: Readonly<Record<string, Scalar | null>> | undefined;
  /** What to do with a text that `values` does not name. */
  otherwise?: 'refuse' | 'keep' | 'empty' | undefined;
  /** Used when the result is empty. */
  default?: Scalar | undefined;
  as?: Reading | undefined;
  /** What is done with an amount finer than a fen; `refuse` without it. */
  rounding?: Rounding | undefined;
  /** Date formats, tried in order: Luxon patterns, or `iso`, `sql`, `excel`, `epoch-s`, `epoch-ms`. */
  formats?: readonly string[] | undefined;
  zone?: string | undefined;
  /** Multiplies a number by a factor that another column names (`YEAR` → 12). */
  times?: { from: string; factors: Readonly<Record<string, number>> } | undefined;
  min?: number | undefined;
  max?: number | undefined;
}
/** A text alone is short for `{ from: text }`. */
export type ValueSpec = string | ValueObject;

const SOURCES_OF_A_VALUE = ['from', 'value', 'join', 'digest', 'choose'] as const;

export const valueSchema: z.ZodType<ValueSpec> = z.lazy(() => z.union([path, valueObject]));

const branchSchema = z
  .strictObject({
    when: asItem(conditionSchema, itemNote('在什么条件下；条件的写法见“条件”', { from: '办结时间', present: true })),
    take: asItem(valueSchema, itemNote('取什么', { value: '已办结' })),
  })
  .meta(
    sectionNote('mapping-branch', '分支（choose）', '`choose` 列表中的一项。从上往下，第一个成立的为准。', {
      when: { from: '办结时间', present: true },
      take: { value: '已办结' },
    }),
  );

const timesSchema = z
  .strictObject({
    from: path.meta(itemNote('写着单位的那一列', '租期单位')),
    factors: z.record(z.string(), z.number()).meta(itemNote('单位 → 乘多少；表里没有的单位使这一行进隔离区', { 年: 12, 月: 1 })),
  })
  .meta(
    sectionNote('mapping-times', '换算（times）', '数字乘以另一列所写的单位。', { from: '租期单位', factors: { 年: 12, 月: 1 } }),
  );

const valueItems = {
  from: z
    .union([path, z.array(path).min(1)])
    .optional()
    .meta(
      itemNote('取这一列；写列表时取第一个不空的。JSON 里用点号写路径；`each` 之外的列在名称前加 `^`', ['诉求主题', '诉求标题']),
    ),
  value: scalar.optional().meta(itemNote('固定值', 'help')),
  join: z
    .array(valueSchema)
    .min(1)
    .optional()
    .meta(itemNote('几个取值接在一起；有一个是空的，整个就是空的', ['工单编号', { value: 'accepted' }])),
  digest: z
    .array(valueSchema)
    .min(1)
    .optional()
    .meta(
      itemNote('几个取值合成一个带密钥的标识：同一个人、同一件事得到同一个标识，谁也看不出原文；有一个是空的，整个就是空的', [
        '联系电话',
        '事项类别',
      ]),
    ),
  choose: z
    .array(branchSchema)
    .min(1)
    .optional()
    .meta(
      itemNote('按条件取值，第一个成立的为准；都不成立为空', [
        { when: { from: '办结时间', present: true }, take: { value: '已办结' } },
      ]),
    ),
  with: z.string().optional().meta(itemNote('`join` 各部分之间放什么；不写则直接相连', '-')),
  text: z
    .array(textStep)
    .min(1)
    .optional()
    .meta(itemNote('依次怎样处理文字，见“文字处理”', ['half-width', 'squeeze'])),
  values: z
    .record(z.string(), scalar.nullable())
    .optional()
    .meta(
      itemNote('取值对照：来源的文字（经 `text` 处理以后）→ 平台的取值；写 null 表示空', {
        咨询: 'consult',
        投诉: 'complaint',
        其他: null,
      }),
    ),
  otherwise: z
    .enum(['refuse', 'keep', 'empty'])
    .optional()
    .meta(
      itemNote('`values` 里没有的文字怎么办；不写即 refuse', 'keep', {
        refuse: '这一行进隔离区，写明有哪些取值可用',
        keep: '照原样',
        empty: '当作空',
      }),
    ),
  default: scalar.optional().meta(itemNote('结果为空时用这个值', '')),
  as: z
    .enum(READINGS)
    .optional()
    .meta(
      itemNote(
        '怎样读；不写则按字段的种类（文字、编码、整数、面积、是否、时刻、日期）。**金额字段必须写** fen、yuan 或 wan-yuan',
        'yuan',
        {
          text: '文字',
          integer: '整数；可带千分位逗号',
          number: '数字；可带小数、千分位逗号，括号里的是负数',
          percent: '百分数：12.5%、12.5 都读成 0.125',
          fen: '金额，单位分，不带“元”',
          yuan: '金额，单位元，可带 ¥、元、千分位逗号',
          'wan-yuan': '金额，单位万元，格子里只写数字，见“金额的单位”',
          flag: '是或否：是、有、true、1、y、yes、√；否、无、false、0、n、no、×',
          instant: '时刻，见“时间、日期和先后”',
          day: '日期，见“时间、日期和先后”',
        },
      ),
    ),
  rounding: z
    .enum(ROUNDINGS)
    .optional()
    .meta(
      itemNote('金额细到分以下怎么办；不写即 refuse', 'half-up', {
        refuse: '这一行进隔离区',
        'half-up': '四舍五入到分',
        floor: '舍去分以下',
      }),
    ),
  formats: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta(
      itemNote('只用于这个取值的日期写法，依次试；不写则用映射的 `dates`。写法见“时间、日期和先后”', ['yyyy年M月d日', 'excel']),
    ),
  zone: z.string().optional().meta(itemNote('只用于这个取值的时区（IANA 名称）；不写则用映射的 `zone`', 'UTC')),
  times: timesSchema.optional().meta(itemNote('乘以另一列所写单位的倍数', { from: '租期单位', factors: { 年: 12, 月: 1 } })),
  min: z.number().optional().meta(itemNote('数字的下限；更小的使这一行进隔离区', 0)),
  max: z.number().optional().meta(itemNote('数字的上限；更大的使这一行进隔离区', 1_200)),
};

const valueObject: z.ZodType<ValueObject> = z
  .lazy(() =>
    z.strictObject(valueItems).refine((value) => SOURCES_OF_A_VALUE.filter((name) => value[name] !== undefined).length === 1, {
      message: `每个取值必须且只能写 ${SOURCES_OF_A_VALUE.join('、')} 之一`,
    }),
  )
  .meta(
    sectionNote(
      'mapping-value',
      '取值',
      `一个值从哪里来。单写一个列名，就是 \`{ from: 列名 }\`。${SOURCES_OF_A_VALUE.map((name) => `\`${name}\``).join('、')} 必须且只能写一个，其余各项都可不写；依次执行 \`text\`、\`values\`、\`as\`、\`times\`，最后看 \`min\`、\`max\`，空的用 \`default\`。`,
      { from: '诉求类型', text: ['squeeze'], values: { 咨询: 'consult', 投诉: 'complaint' }, otherwise: 'refuse' },
    ),
  );
