import type { Contract } from '@tianyan/contracts';
import { column } from './columns.js';
import type { Conditions, FieldTest, Scalar, Where } from '../language/values.js';

/** By field, the codes of which a record has one, or it is of no use. A field that is not named may hold anything. */
export type WantedValues = ReadonlyMap<string, ReadonlySet<string>>;

/** More of them spare few records, and each stands in the query. */
const MAX_WANTED = 50;

export const ANYTHING: WantedValues = new Map();

/** Of records that pass the condition. It says less than the condition, never more: what it lets through is tested again. */
export function wantedValues(where: Where | undefined, contract: Contract): WantedValues {
  if (where === undefined) return ANYTHING;
  const alternatives = Array.isArray(where) ? where : [where];
  return ofAny(alternatives.map((conditions) => ofConditions(conditions, contract)));
}

/** Of records that pass any of several conditions: what each of them says something about. */
export function ofAny(all: readonly WantedValues[]): WantedValues {
  const [first = ANYTHING, ...others] = all;
  const wanted = new Map<string, ReadonlySet<string>>();
  for (const [field, values] of first) {
    const further = others.map((other) => other.get(field));
    const known = further.filter((set) => set !== undefined);
    if (known.length < further.length) continue;
    const union = new Set([values, ...known].flatMap((set) => [...set]));
    if (union.size <= MAX_WANTED) wanted.set(field, union);
  }
  return wanted;
}

/** Whether a record of these codes may pass. */
export function isWanted(wanted: WantedValues, codeOf: (field: string) => string | undefined): boolean {
  return [...wanted].every(([field, values]) => {
    const code = codeOf(field);
    return code !== undefined && values.has(code);
  });
}

/** The same of a row, a condition for each field. */
export function wantedSql(
  wanted: WantedValues,
  contract: Contract,
  named = 'wanted',
): { conditions: { field: string; sql: string }[]; params: Record<string, string> } {
  const params: Record<string, string> = {};
  const conditions = [...wanted].map(([field, values]) => {
    const literals = [...values].map((value) => {
      const name = `${named}${Object.keys(params).length}`;
      params[name] = value;
      return `{${name}:String}`;
    });
    return { field, sql: `${column(contract, field).sql} IN (${literals.join(', ')})` };
  });
  return { conditions, params };
}

function ofConditions(conditions: Conditions, contract: Contract): WantedValues {
  const wanted = new Map<string, ReadonlySet<string>>();
  for (const [field, test] of Object.entries(conditions)) {
    if (contract.fields[field]?.kind !== 'code') continue;
    const values = literalsOf(test);
    if (values) wanted.set(field, new Set(values.map(String)));
  }
  return wanted;
}

/** Null where the test does not name all the values that pass it. */
function literalsOf(test: Scalar | FieldTest): readonly Scalar[] | null {
  if (typeof test !== 'object') return [test];
  if (test.is !== undefined && typeof test.is !== 'object') return [test.is];
  return test.in ?? null;
}
