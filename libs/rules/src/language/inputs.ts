import { z } from 'zod';
import { fieldSchema, nameSchema, whereSchema } from './values.js';

/**
 * A named set of records: those of one type that satisfy `where`, that exist at the evaluation instant (`atMs <= now`),
 * in their newest version, not deleted.
 *
 * Which scope a record belongs to: the rule's scope parts are read from the fields of the same names, or from those that
 * `scope` maps them to (`{ part: field }`). A record with a null part belongs to no scope.
 *
 * An input with `link` has no scope of its own: its records belong to a record of the input `to`, which has one, when, for at least one
 * of the alternatives in `on`, every own field equals the field of that record (`{ ownField: toField }`; null equals nothing). One record
 * may belong to several. In a join `to` is the `subject`, and each subject is judged with its own; in every other kind the linked
 * records of a scope are those that belong to at least one existing record of `to` in it. Exceptions by scope do not concern them.
 */
export const inputSchema = z
  .strictObject({
    type: z.string().regex(/^[a-z]+(\.[a-z]+(-[a-z]+)*)$/, '记录类型应写成 系统.名称，如 hotline.order-event'),
    where: whereSchema.optional(),
    scope: z.record(nameSchema, fieldSchema).optional(),
    link: z
      .strictObject({
        to: nameSchema,
        on: z
          .array(z.record(fieldSchema, fieldSchema).refine((on) => Object.keys(on).length > 0, '连接条件不能为空'))
          .min(1)
          .max(4),
      })
      .optional(),
  })
  .refine((input) => input.scope === undefined || input.link === undefined, 'scope 与 link 只能写其一');
export type Input = z.output<typeof inputSchema>;
