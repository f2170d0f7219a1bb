import { z } from 'zod';
import { instantMsSchema } from './primitives.js';
import { PLACE_KIND_LABELS, type PagedPlaceKind } from './places.js';
import { TIMELINE_KIND_LABELS, TIMELINE_KINDS } from './timelines.js';

/** What can be asked for its relations: whatever has a page. */
export const RELATED_KINDS = [...TIMELINE_KINDS, 'unit', 'township', 'village'] as const;
export type RelatedKind = (typeof RELATED_KINDS)[number];
export const relatedKindSchema = z.enum(RELATED_KINDS);

/** People, and firms without a credit code, stand in records by name alone: each is a node of the thing that names it, covered, and two are never made one. */
const NAMED_KINDS = ['person', 'org'] as const;
const relationNodeKindSchema = z.enum([...RELATED_KINDS, ...NAMED_KINDS]);
export type RelationNodeKind = z.infer<typeof relationNodeKindSchema>;

export const RELATION_KIND_LABELS: Readonly<Record<RelationNodeKind, string>> = {
  ...TIMELINE_KIND_LABELS,
  ...PLACE_KIND_LABELS,
  person: '人',
  org: '个人或企业',
};

/** Neighbours of one node that are told: more cannot be read in a picture. */
export const MAX_NEIGHBOURS = 30;

const relationSchema = z.object({
  /** Names the node among all: of people and firms, together with what names them. */
  id: z.string(),
  kind: relationNodeKindSchema,
  kindLabel: z.string(),
  /** Null: of people and firms no number is known. */
  code: z.string().nullable(),
  /** Of people and firms covered. */
  name: z.string(),
  /** How its records call the part that it has, such as 承办单位. */
  parts: z.array(z.string()),
  /** The records that say so, by type, the newest first. */
  evidence: z.array(
    z.object({ typeLabel: z.string(), systemLabel: z.string(), count: z.int().positive(), newestAtMs: instantMsSchema }),
  ),
});
export type Relation = z.infer<typeof relationSchema>;

/** GET /api/relations/:kind/:code: what the records about a thing or a place name beside it */
export const relationsSchema = z.object({
  id: z.string(),
  kind: relatedKindSchema,
  kindLabel: z.string(),
  code: z.string(),
  name: z.string(),
  relations: z.array(relationSchema),
  /** There are more; the newest are told. */
  truncated: z.boolean(),
});
export type Relations = z.infer<typeof relationsSchema>;

const PLACES: readonly string[] = Object.keys(PLACE_KIND_LABELS);

/** Whether it is a unit or a place, which is asked for by month elsewhere. */
export function isPlaceKind(kind: RelatedKind): kind is PagedPlaceKind {
  return PLACES.includes(kind);
}

/** The page of what a node stands for. */
export function pathOfRelated(kind: RelatedKind, code: string): string {
  return `/${isPlaceKind(kind) ? 'places' : 'timelines'}/${kind}/${encodeURIComponent(code)}`;
}
