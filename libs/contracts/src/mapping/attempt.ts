import type { Contract } from '../contract.js';
import type { FieldValues } from '../record.js';
import { LeftOutProblem, problemOf, shown, ValueProblem, type FieldProblem } from './problems.js';
import type { Cell, RowScope } from './rows.js';
import type { ReadValue } from './values.js';

export interface FieldReader {
  name: string;
  label: string;
  /** Nothing may stand there. */
  optional: boolean;
  read: ReadValue;
}

/** One try to read a record: collects what goes wrong, so that the person who mends the row sees everything at once. */
export class Attempt {
  readonly problems: FieldProblem[] = [];
  /** What was left out: nothing to refuse the record for. */
  readonly notes: FieldProblem[] = [];
  recordId: string | null = null;
  version: number | null = null;

  constructor(readonly scope: RowScope) {}

  value(reader: FieldReader): Cell {
    try {
      return reader.read(this.scope);
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error;
      const problem = { field: reader.name, label: reader.label, reason: error.reason, raw: shown(error.rawValue) };
      if (reader.optional && error instanceof LeftOutProblem) this.notes.push(problem);
      else this.problems.push(problem);
      return null;
    }
  }

  /** Like `value`, but empty is a problem too. */
  required(reader: FieldReader): Cell {
    const before = this.problems.length;
    const value = this.value(reader);
    if (value === null && this.problems.length === before) this.missing(reader);
    return value;
  }

  missing(reader: FieldReader): void {
    this.problems.push({ field: reader.name, label: reader.label, reason: '必填，但没有内容', raw: '' });
  }
}

/** What the schema makes of the values; null where it refuses one, with the reason noted unless the value could not even be read. */
export function parsedFields(
  attempt: Attempt,
  contract: Contract,
  values: Readonly<Record<string, Cell>>,
  unreadable: ReadonlySet<string>,
): FieldValues | null {
  const parsed = contract.schema.safeParse(values);
  if (parsed.success) return parsed.data as FieldValues; // the output of a contract's schema
  const issues = parsed.error.issues.filter((issue) => !unreadable.has(String(issue.path[0] ?? '')));
  attempt.problems.push(...issues.map((issue) => problemOf(issue, contract.fields, values)));
  return null;
}
