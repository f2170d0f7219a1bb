import { z } from 'zod';
import { asItem, itemNote, sectionNote } from '../item-note.js';

/** A constant in a mapping. */
export const scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof scalar>;

/** Column name or dotted path in the row; `^` in front of it looks into the row that an `each` was taken from. */
export const path = z.string().min(1).max(200).meta({ title: '列名' });

export type Condition =
  | { from: string; is: Scalar }
  | { from: string; in: readonly Scalar[] }
  | { from: string; present: boolean }
  | { from: string; startsWith: string }
  | { from: string; contains: string }
  | { all: readonly Condition[] }
  | { any: readonly Condition[] }
  | { not: Condition };

const comparedColumn = path.meta(itemNote('看哪一列，或 JSON 里的路径', '办件状态'));

/** Compares the trimmed text of a column. */
export const conditionSchema: z.ZodType<Condition> = z
  .lazy(() =>
    z.union([
      z.strictObject({
        from: comparedColumn,
        is: scalar.meta(itemNote('等于这个值；先去掉前后空白，数字和文字写法相同就算相等', '已作废')),
      }),
      z.strictObject({
        from: comparedColumn,
        in: z
          .array(scalar)
          .min(1)
          .meta(itemNote('等于其中之一', ['已作废', '已删除'])),
      }),
      z.strictObject({
        from: comparedColumn,
        present: z.boolean().meta(itemNote('true：有内容；false：空着（含“空值词”）', true)),
      }),
      z.strictObject({ from: comparedColumn, startsWith: z.string().min(1).meta(itemNote('以这段文字开头', '合计')) }),
      z.strictObject({ from: comparedColumn, contains: z.string().min(1).meta(itemNote('含有这段文字', '小计')) }),
      z.strictObject({
        all: z
          .array(conditionSchema)
          .min(1)
          .meta(
            itemNote('各条件同时成立', [
              { from: '办件状态', is: '已办结' },
              { from: '办结时间', present: true },
            ]),
          ),
      }),
      z.strictObject({
        any: z
          .array(conditionSchema)
          .min(1)
          .meta(
            itemNote('至少一个成立', [
              { from: '工单编号', startsWith: '合计' },
              { from: '工单编号', present: false },
            ]),
          ),
      }),
      z.strictObject({ not: asItem(conditionSchema, itemNote('不成立', { from: '来源渠道', is: '测试' })) }),
    ]),
  )
  .meta(
    sectionNote(
      'mapping-condition',
      '条件',
      '比较一列的文字。一个条件只能是下面的一种写法；`all`、`any`、`not` 里可以再放条件。',
      {
        from: '办件状态',
        is: '已作废',
      },
    ),
  );
