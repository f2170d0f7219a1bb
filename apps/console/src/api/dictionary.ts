import { z } from 'zod';

/** GET /api/divisions */
export const divisionListSchema = z.object({
  items: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      level: z.enum(['county', 'township', 'village']),
      parentCode: z.string().nullable(),
    }),
  ),
});
export type DivisionList = z.infer<typeof divisionListSchema>;

/** GET /api/units */
export const unitListSchema = z.object({
  items: z.array(z.object({ unitId: z.string(), name: z.string(), kindLabel: z.string() })),
});
export type UnitList = z.infer<typeof unitListSchema>;

/** GET /api/dictionary */
export const dictionarySchema = z.object({
  types: z.array(
    z.object({
      type: z.string(),
      label: z.string(),
      systemLabel: z.string(),
      description: z.string(),
      fields: z.array(
        z.object({
          name: z.string(),
          label: z.string(),
          kind: z.string(),
          kindLabel: z.string(),
          privacy: z.enum(['public', 'internal', 'personal', 'secret']),
          privacyLabel: z.string(),
          unit: z.string().nullable(),
          optional: z.boolean(),
          values: z.array(z.object({ value: z.string(), label: z.string() })),
        }),
      ),
    }),
  ),
});
export type Dictionary = z.infer<typeof dictionarySchema>;
