import { z } from 'zod';
import { tableRowSchema } from '../language/parameters.js';
import { nameSchema } from '../language/values.js';

/** Settings of one rule; a table has as many rows. */
export const MAX_PARAMETER_SETTINGS = 200;
/** Longest name of a document, and longest sentence of what it demands. */
const MAX_BASIS_CHARS = 300;

/**
 * One value that a county sets for a parameter of a rule, for a place, for days, for a case that the rule tells apart (`when`), or
 * everywhere and always; with the document that demands it.
 */
export const parameterSettingSchema = tableRowSchema.extend({
  parameter: nameSchema,
  /** Name of the document, with its number. */
  document: z.string().trim().min(2, '请写明依据的文件').max(MAX_BASIS_CHARS, '文件名过长'),
  /** What it demands, in a sentence. */
  demands: z.string().trim().min(2, '请写明文件的要求').max(MAX_BASIS_CHARS, '要求过长，请摘要写一句'),
});
export type ParameterSetting = z.output<typeof parameterSettingSchema>;

export const parameterSettingsSchema = z
  .array(parameterSettingSchema)
  .max(MAX_PARAMETER_SETTINGS, `一条规则最多设 ${MAX_PARAMETER_SETTINGS} 行参数`);
