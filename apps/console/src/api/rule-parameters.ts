import { z } from 'zod';
import { chinaDaySchema, instantMsSchema, reasonSchema } from './primitives.js';

/** Settings of one rule, and characters of a basis; as the rule language has them. */
export const MAX_PARAMETER_SETTINGS = 200;
export const MAX_BASIS_CHARS = 300;

/** A case that the rule tells apart: field → value or values. */
const scalarSchema = z.union([z.string().max(500), z.int(), z.boolean()]);
export const parameterCaseSchema = z.record(z.string().max(40), z.union([scalarSchema, z.array(scalarSchema).min(1).max(500)]));
export type ParameterCase = z.infer<typeof parameterCaseSchema>;

const basisSchema = (words: string) => z.string().trim().min(2, words).max(MAX_BASIS_CHARS, `最多 ${MAX_BASIS_CHARS} 字`);

/** One value that the county sets, with its basis. */
export const parameterSettingSchema = z.strictObject({
  parameter: z.string().min(1).max(40),
  /** Prefix of the division code; missing: everywhere. */
  region: z
    .string()
    .regex(/^\d{2,12}$/, '区划代码前几位，2～12 位数字')
    .optional(),
  /** Both inclusive; missing: always. */
  from: chinaDaySchema.optional(),
  to: chinaDaySchema.optional(),
  when: parameterCaseSchema.optional(),
  value: z.int('请填写取值，要整数'),
  document: basisSchema('请写明依据的文件（名称、文号）'),
  demands: basisSchema('请写明文件的要求（一句话）'),
});
export type ParameterSetting = z.infer<typeof parameterSettingSchema>;
const settingsSchema = z
  .array(parameterSettingSchema)
  .max(MAX_PARAMETER_SETTINGS, `一条规则最多设 ${MAX_PARAMETER_SETTINGS} 行参数`);

/** A value as it counts; the first row that fits is taken. */
export const parameterRowSchema = z.object({
  /** Chinese: where, when and for what. */
  applies: z.string(),
  value: z.int(),
  /** The basis, where the county has set it; null: the rule's own text says it. */
  basis: z.object({ document: z.string(), demands: z.string() }).nullable(),
});
export const ruleParameterSchema = z.object({
  name: z.string(),
  label: z.string(),
  unit: z.string().nullable(),
  /** Within what its numbers have to be, both inclusive; null: no such limit. */
  least: z.int().nullable(),
  most: z.int().nullable(),
  /** Whether it can be set by place, and by day; by neither, nor by cases: it has one number alone. */
  byRegion: z.boolean(),
  byDay: z.boolean(),
  /** Cases that the rule tells apart. */
  cases: z.array(z.object({ when: parameterCaseSchema, label: z.string() })),
  rows: z.array(parameterRowSchema),
});
export type RuleParameter = z.infer<typeof ruleParameterSchema>;

/** GET /api/rules/:id/parameters */
export const ruleParametersSchema = z.object({
  parameters: z.array(ruleParameterSchema),
  /** What the county has set; hand back `digest` with a change. */
  settings: z.array(parameterSettingSchema),
  digest: z.string().nullable(),
  /** Settings that the rule's text does not take: they have no effect. */
  misfits: z.array(z.object({ label: z.string(), reason: z.string() })),
  /** Newest first. */
  history: z.array(z.object({ account: z.string(), reason: z.string(), atMs: instantMsSchema, lines: z.array(z.string()) })),
});
export type RuleParameters = z.infer<typeof ruleParametersSchema>;

/** POST /api/rules/:id/parameters/trials */
export const tryParametersRequestSchema = z.strictObject({ settings: settingsSchema });
export type TryParametersRequest = z.infer<typeof tryParametersRequestSchema>;

/** PUT /api/rules/:id/parameters */
export const setParametersRequestSchema = z.strictObject({
  settings: settingsSchema,
  /** Of the settings that the person has seen; null: there were none. */
  before: z.string().max(100).nullable(),
  /** Id of the trial of these very settings that the person has seen the end of. */
  preview: z.string('请先看会多出、少掉哪些疑点，再保存').max(100),
  reason: reasonSchema,
});
export type SetParametersRequest = z.infer<typeof setParametersRequestSchema>;
