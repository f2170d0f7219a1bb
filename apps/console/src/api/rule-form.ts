import { MAX_RULE_CHARS } from '@tianyan/contracts/limits';
import { z } from 'zod';

/** What stands in the place of one part of a rule; what each control means, `FormNode` of libs/rules says. */
export type FormNode =
  | { control: 'object'; parts: FormPart[]; one: string[] }
  | { control: 'list'; item: FormNode }
  | { control: 'pairs'; key: FormNode; value: FormNode }
  | { control: 'either'; options: { label: string; node: FormNode }[] }
  | { control: 'choice'; values: { value: string; label: string }[] }
  | { control: 'fixed'; value: string | number | boolean }
  | {
      control:
        | 'amount'
        | 'integer'
        | 'flag'
        | 'text'
        | 'query'
        | 'input'
        | 'field'
        | 'mark'
        | 'moment'
        | 'scopePart'
        | 'day'
        | 'instant'
        | 'scalar'
        | 'unknown';
    };

export interface FormPart {
  key: string;
  label: string;
  optional: boolean;
  node: FormNode;
}

const choiceSchema = z.object({ value: z.string(), label: z.string() });

export const formNodeSchema: z.ZodType<FormNode> = z.lazy(() =>
  z.discriminatedUnion('control', [
    z.object({ control: z.literal('object'), parts: z.array(formPartSchema), one: z.array(z.string()) }),
    z.object({ control: z.literal('list'), item: formNodeSchema }),
    z.object({ control: z.literal('pairs'), key: formNodeSchema, value: formNodeSchema }),
    z.object({ control: z.literal('either'), options: z.array(z.object({ label: z.string(), node: formNodeSchema })) }),
    z.object({ control: z.literal('choice'), values: z.array(choiceSchema) }),
    z.object({ control: z.literal('fixed'), value: z.union([z.string(), z.number(), z.boolean()]) }),
    z.object({
      control: z.enum([
        'amount',
        'integer',
        'flag',
        'text',
        'query',
        'input',
        'field',
        'mark',
        'moment',
        'scopePart',
        'day',
        'instant',
        'scalar',
        'unknown',
      ]),
    }),
  ]),
);

const formPartSchema: z.ZodType<FormPart> = z.object({
  key: z.string(),
  label: z.string(),
  optional: z.boolean(),
  node: formNodeSchema,
});

export const kindFormSchema = z.object({
  kind: z.string(),
  label: z.string(),
  /** Without those that every rule has. */
  parts: z.array(formPartSchema),
  /** Exactly one of these is written. */
  one: z.array(z.string()),
});
export type KindForm = z.infer<typeof kindFormSchema>;

/** GET /api/rule-form: all that the form has to know of the language. */
export const ruleFormSchema = z.object({
  kinds: z.array(kindFormSchema),
  parameter: formNodeSchema,
  example: formNodeSchema,
  /** One entry of `exceptions`. */
  exception: formNodeSchema,
  classes: z.array(choiceSchema),
  severities: z.array(choiceSchema),
  /** Fields that the records of every type have. */
  commonFields: z.array(z.object({ name: z.string(), label: z.string(), kind: z.string() })),
  /** How a figure may be shown in the explanation. */
  formats: z.array(z.string()),
  templates: z.array(z.object({ name: z.string(), description: z.string(), yaml: z.string() })),
});
export type RuleForm = z.infer<typeof ruleFormSchema>;

/** POST /api/rules/check */
export const checkRuleRequestSchema = z.strictObject({ yaml: z.string().max(MAX_RULE_CHARS, '规则全文过长') });
export type CheckRuleRequest = z.infer<typeof checkRuleRequestSchema>;

export const ruleProblemSchema = z.object({
  /** Such as `inputs.paid.where.direction`; empty: the whole text. */
  path: z.string(),
  /** The same as the form calls its places: 看哪些记录 › 退回 › 条件. */
  place: z.string(),
  message: z.string(),
  line: z.int().nullable(),
});
export type RuleProblem = z.infer<typeof ruleProblemSchema>;

/** Of a text that is still being written: what is wrong, and what it says so far. */
export const checkedRuleSchema = z.object({
  /** At most {@link MAX_TOLD_PROBLEMS}; empty: it is a rule and fits the record types. Its examples have not been tried. */
  problems: z.array(ruleProblemSchema),
  /** Null while too much is missing. */
  meaning: z
    .object({
      judged: z.string(),
      /** How many findings may come of it. */
      findings: z.string(),
      inputs: z.array(z.object({ name: z.string(), words: z.string() })),
    })
    .nullable(),
  /** Names that the explanation may cite; no two labels are the same. */
  figures: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      /** Fen, or hundredths of a percent; left out: neither. */
      unit: z.enum(['money', 'share']).optional(),
      /** In what else its field counts: 秒, 人, 亩. */
      measure: z.string().optional(),
    }),
  ),
});
export type CheckedRule = z.infer<typeof checkedRuleSchema>;

/** Nobody reads more at once, and a text that is no rule has one in every line. */
export const MAX_TOLD_PROBLEMS = 100;
