import type { ItemNote, SectionNote } from '@tianyan/contracts';
import { z } from 'zod';

/** A schema with items of its own, and what is said of it at the schema. */
export interface Section {
  note: SectionNote;
  schema: z.core.$ZodType;
  /** The object, or the objects of which one is meant. */
  objects: readonly z.ZodObject[];
  /** Words that may stand in place of an object. */
  words: readonly z.ZodEnum[];
}

/** Every section that can be reached from the schema, each once, an outer one before those inside it. */
export function sectionsOf(root: z.core.$ZodType): Section[] {
  const found = new Map<string, Section>();
  const look = (schema: z.core.$ZodType): void => {
    const note = sectionNoteOf(schema);
    if (note) {
      if (found.has(note.id)) return;
      const alternatives = alternativesOf(schema);
      found.set(note.id, {
        note,
        schema,
        objects: alternatives.filter((one) => one instanceof z.ZodObject),
        words: alternatives.filter((one) => one instanceof z.ZodEnum),
      });
    }
    for (const inner of innerOf(schema)) look(inner);
  };
  look(root);
  return [...found.values()];
}

function sectionNoteOf(schema: z.core.$ZodType): SectionNote | null {
  const meta = z.globalRegistry.get(schema);
  return meta && typeof meta.id === 'string' && 'title' in meta ? (meta as SectionNote) : null; // made by sectionNote(), which alone gives an id
}

function alternativesOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodLazy) return alternativesOf(schema.unwrap());
  return schema instanceof z.ZodUnion ? schema.options.flatMap(alternativesOf) : [schema];
}

function innerOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) return Object.values(schema.shape);
  if (schema instanceof z.ZodUnion) return schema.options;
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodLazy || schema instanceof z.ZodOptional) return [schema.unwrap()];
  return schema instanceof z.ZodDefault || schema instanceof z.ZodNullable ? [schema.unwrap()] : [];
}

/** An item of a section: its schema, what is said of it there, and what JSON Schema makes of it. */
export interface Item {
  name: string;
  schema: z.core.$ZodType;
  note: Partial<ItemNote>;
  json: ItemJson;
  /** What `$ref` in it refers to. */
  defs: Readonly<Record<string, ItemJson>>;
  required: boolean;
}
export type ItemJson = z.core.JSONSchema.BaseSchema;

/** The items of all objects of a section; one that several of them have stands there once. */
export function itemsOf({ objects }: Section): Item[] {
  const items = new Map<string, Item>();
  for (const object of objects) {
    const whole = z.toJSONSchema(object, { io: 'input' });
    // A schema with an id stands under it, even where it is the whole document.
    const json = whole.$defs?.[refersTo(whole)] ?? whole;
    for (const [name, schema] of Object.entries(object.shape)) {
      const property = json.properties?.[name];
      if (typeof property !== 'object') throw new TypeError(`${name} has no JSON Schema`);
      const required = objects.length === 1 && (json.required ?? []).includes(name);
      if (!items.has(name))
        items.set(name, { name, schema, note: noteOf(schema), json: property, defs: whole.$defs ?? {}, required });
    }
  }
  return [...items.values()];
}

/** What is said at the schema itself; nothing if nobody did. */
export function noteOf(schema: z.core.$ZodType): Partial<ItemNote> {
  return (z.globalRegistry.get(schema) ?? {}) as Partial<ItemNote>; // made by itemNote(), which fills all of it
}

/** The name at the end of a reference; empty where there is none. */
export function refersTo({ $ref }: ItemJson): string {
  return $ref?.split('/').at(-1) ?? '';
}
