import { z } from 'zod';

/**
 * What a schema says of one of its items for the person who writes the file: kept at the schema (`.meta(…)`), because a page that
 * stands elsewhere is the one that is forgotten. docs/mapping-reference.md is made from it, and each example is parsed by the
 * schema at which it stands. A type alias, as the registry of zod takes nothing that lacks an index signature.
 */
export type ItemNote = {
  /** Chinese. */
  description: string;
  examples: readonly unknown[];
  /** What each word of a fixed set means, in Chinese. */
  meanings?: Readonly<Record<string, string>>;
};

export function itemNote(description: string, example: unknown, meanings?: Readonly<Record<string, string>>): ItemNote {
  return { description, examples: [example], ...(meanings ? { meanings } : {}) };
}

/** Of what has items of its own: a section of the reference. The name is unique in the whole program, as the registry wants it. */
export type SectionNote = ItemNote & { id: string; title: string };

export function sectionNote(id: string, title: string, description: string, example: unknown): SectionNote {
  return { id, title, description, examples: [example] };
}

/**
 * A schema that has a section of its own, where it is an item of another. `.meta` on the schema itself would make a copy, and of one
 * that contains itself a copy in every copy.
 */
export function asItem<S extends z.ZodType>(schema: S, note: ItemNote): z.ZodLazy<S> {
  return z.lazy(() => schema).meta(note);
}
