import { z } from 'zod';

/** A constant in a mapping. */
const scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof scalar>;

/** Column name or dotted path in the row; `^` in front of it looks into the row that an `each` was taken from. */
const path = z.string().min(1).max(200);

export type Condition =
  | { from: string; is: Scalar }
  | { from: string; in: readonly Scalar[] }
  | { from: string; present: boolean }
  | { from: string; startsWith: string }
  | { from: string; contains: string }
  | { all: readonly Condition[] }
  | { any: readonly Condition[] }
  | { not: Condition };

/** Compares the trimmed text of a column. */
export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ from: path, is: scalar }),
    z.strictObject({ from: path, in: z.array(scalar).min(1) }),
    z.strictObject({ from: path, present: z.boolean() }),
    z.strictObject({ from: path, startsWith: z.string().min(1) }),
    z.strictObject({ from: path, contains: z.string().min(1) }),
    z.strictObject({ all: z.array(conditionSchema).min(1) }),
    z.strictObject({ any: z.array(conditionSchema).min(1) }),
    z.strictObject({ not: conditionSchema }),
  ]),
);

/**
 * Changes to a text, one after the other: `squeeze` removes every blank, `collapse` leaves one blank between words,
 * `half-width` turns full-width letters and digits into ordinary ones.
 */
const textStep = z.union([
  z.enum(['lower', 'upper', 'squeeze', 'collapse', 'half-width']),
  z.strictObject({ first: z.int().positive() }),
  z.strictObject({ last: z.int().positive() }),
  z.strictObject({ before: z.string().min(1) }),
  z.strictObject({ after: z.string().min(1) }),
]);
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

/** The members of a value, for what tells people which there are. */
export const VALUE_KEYS: readonly (keyof ValueObject)[] = [
  ...(['from', 'value', 'join', 'digest', 'choose', 'with', 'text', 'values', 'otherwise'] as const),
  ...(['default', 'as', 'rounding', 'formats', 'zone', 'times', 'min', 'max'] as const),
];

const valueObject: z.ZodType<ValueObject> = z.lazy(() =>
  z
    .strictObject({
      from: z.union([path, z.array(path).min(1)]).optional(),
      value: scalar.optional(),
      join: z.array(valueSchema).min(1).optional(),
      digest: z.array(valueSchema).min(1).optional(),
      choose: z
        .array(z.strictObject({ when: conditionSchema, take: valueSchema }))
        .min(1)
        .optional(),
      with: z.string().optional(),
      text: z.array(textStep).min(1).optional(),
      values: z.record(z.string(), scalar.nullable()).optional(),
      otherwise: z.enum(['refuse', 'keep', 'empty']).optional(),
      default: scalar.optional(),
      as: z.enum(READINGS).optional(),
      rounding: z.enum(ROUNDINGS).optional(),
      formats: z.array(z.string().min(1)).min(1).optional(),
      zone: z.string().optional(),
      times: z.strictObject({ from: path, factors: z.record(z.string(), z.number()) }).optional(),
      min: z.number().optional(),
      max: z.number().optional(),
    })
    .refine((value) => SOURCES_OF_A_VALUE.filter((name) => value[name] !== undefined).length === 1, {
      message: `每个取值必须且只能写 ${SOURCES_OF_A_VALUE.join('、')} 之一`,
    }),
);

export const recordSchema = z.strictObject({
  /** Record type, e.g. `hotline.order`. */
  type: z.string().min(1),
  /** The row becomes such a record only if this holds. */
  when: conditionSchema.optional(),
  /** Path of an array inside the row: one record per element. Paths are then relative to the element. */
  each: path.optional(),
  /**
   * Columns that are the record's evidence; the whole row without it. For files that repeat the same record in many
   * rows: with its own columns alone as evidence, the repetitions are recognised.
   */
  evidence: z.array(path).min(1).optional(),
  id: valueSchema,
  /** Later wins. Without it, 0: the order of arrival decides. */
  version: valueSchema.optional(),
  /** Event time. */
  at: valueSchema,
  /** When the row says that the record is gone, and since when. */
  delete: z.strictObject({ when: conditionSchema, at: valueSchema.optional() }).optional(),
  fields: z.record(z.string(), valueSchema),
});
export type RecordMapping = z.infer<typeof recordSchema>;

/** How a file is read; not needed for rows that come as JSON. */
export const fileSchema = z.strictObject({
  /** `auto` tells UTF-8 and GB18030 apart by the bytes. */
  encoding: z.enum(['auto', 'utf-8', 'gb18030']).default('auto'),
  delimiter: z.string().length(1).default(','),
  /** Name of the sheet; the first one without it. */
  sheet: z.string().optional(),
  /** Names by which the header row is found below title rows. */
  header: z.array(z.string().min(1)).min(1),
  /** Rows that the header takes: with 2, a name in the lower row stands under a group in the upper one. */
  headerRows: z.int().min(1).max(4).default(1),
});
export type FileFormat = z.infer<typeof fileSchema>;

export const mappingSchema = z.strictObject({
  mapping: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, '名称只能用小写字母、数字和连字符'),
  label: z.string().min(1),
  description: z.string().optional(),
  /** Zone of dates that name none. */
  zone: z.string().default('Asia/Shanghai'),
  /** Date formats tried in order where a value names none. */
  dates: z.array(z.string().min(1)).min(1).default(['yyyy-M-d H:mm:ss', 'yyyy/M/d H:mm:ss', 'yyyy-M-d', 'yyyy/M/d', 'iso']),
  /** Texts that mean that nothing stands there, instead of the usual ones (`null`, `-`, `/` …). */
  empty: z.array(z.string().min(1)).optional(),
  file: fileSchema.optional(),
  /** Rows that are no data: totals, notes. */
  skip: conditionSchema.optional(),
  /**
   * Columns that no field reads but that hold nothing personal. Any other column without a field is shown as
   * （未登记的列，已遮蔽） until somebody gives a reason; personal data is looked for in these too.
   */
  public: z.array(path).min(1).max(500).optional(),
  records: z.array(recordSchema).min(1),
});
export type MappingDocument = z.output<typeof mappingSchema>;
