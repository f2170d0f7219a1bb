import { z } from 'zod';

/** What stands in the place of a schema in a form, where the schema's own type does not say it. `query`: text of many lines. */
export type FormControl = 'input' | 'field' | 'scopePart' | 'day' | 'instant' | 'query';

/** What the console's form is to know of a schema and cannot read from it. */
export interface FormHint {
  control?: FormControl;
  /** Of an object: exactly one of these parts is written; the form offers them as one choice. */
  one?: readonly string[];
  /** Of an alternative: what it is called in the choice between them. */
  label?: string;
}

/**
 * The hints of the schemas of the language. One for the whole of a kind stands at its literal `kind`: what a kind is extended with
 * makes another object of it.
 */
export const formHints = z.registry<FormHint>();
