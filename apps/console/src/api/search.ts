import { z } from 'zod';
import { instantMsSchema, MAX_FILTER_CHARS } from './primitives.js';
import { TIMELINE_KINDS } from './timelines.js';

/** One character stands in everything. */
export const MIN_SEARCH_CHARS = 2;
/** Shown of each kind; whoever needs more says more of what is looked for. */
export const MAX_SEARCH_HITS = 8;

/** In the order in which they are shown. */
export const SEARCH_KINDS = ['finding', 'clue', ...TIMELINE_KINDS, 'unit', 'township', 'village'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** POST /api/search: what is looked for stands in no address, where servers on the way would keep it. */
export const searchRequestSchema = z.strictObject({
  text: z
    .string()
    .trim()
    .min(MIN_SEARCH_CHARS, `至少输入 ${MIN_SEARCH_CHARS} 个字`)
    .max(MAX_FILTER_CHARS, `最多 ${MAX_FILTER_CHARS} 个字，请精简`),
});

const hitSchema = z.object({
  /** Names it in its address. */
  code: z.string(),
  /** Number or name. */
  name: z.string(),
  /** What it is about, personal data covered. */
  title: z.string(),
  atMs: instantMsSchema.nullable(),
});
export type SearchHit = z.infer<typeof hitSchema>;

export const searchAnswerSchema = z.object({
  groups: z.array(
    z.object({
      kind: z.enum(SEARCH_KINDS),
      label: z.string(),
      /** What has exactly this number first. */
      hits: z.array(hitSchema),
      more: z.boolean(),
    }),
  ),
  /** Names of the kinds that took too long to look through. */
  unfinished: z.array(z.string()),
});
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;
