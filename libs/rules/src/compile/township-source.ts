import type { Catalogue } from '@tianyan/contracts';
import { kindOf } from '../kinds/index.js';
import { readsScopes } from '../kinds/kind.js';
import type { RuleDefinition } from '../language/rule.js';
import { scopeFields } from './scope.js';

/** The subject by which a finding lies in a township. */
const TOWNSHIP = 'townshipCode';

/**
 * Whether the township that the rule says of a hit is read from fields that are townships. A text may name any field `townshipCode`, or make a part of
 * its scope by a query: of what nobody has reviewed, whoever sees some townships would write their own code there.
 */
export function readsTownship(rule: RuleDefinition, catalogue: Catalogue): boolean {
  const reference = rule.subjects[TOWNSHIP];
  const part = rule.scope.indexOf(TOWNSHIP);
  const isTownship = (input: string, field: string | undefined) => {
    const type = rule.inputs[input]?.type;
    const contract = type === undefined ? undefined : catalogue.find(type);
    return field !== undefined && contract?.fields[field]?.key === 'township';
  };
  const ofReference = () => {
    const [input = '', field] = reference?.split('.') ?? [];
    return isTownship(input, field);
  };
  const ofScope = () =>
    readsScopes(kindOf(rule)) &&
    Object.entries(rule.inputs).every(
      ([name, input]) => input.link !== undefined || isTownship(name, scopeFields(rule.scope, input)[part]),
    );
  // Where the field is empty, the part of the scope says it.
  if (reference !== undefined && !ofReference()) return false;
  if (part >= 0) return ofScope();
  return reference !== undefined;
}
