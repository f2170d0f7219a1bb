import type { Catalogue, Contract } from '@tianyan/contracts';
import type { RuleDefinition } from '../../language/rule.js';
import { findColumn, type Column } from '../columns.js';
import type { RuleProblem } from '../invalid-rule.js';

/** Names offered in a message; a longer list helps nobody. */
const MAX_OFFERED = 12;

/** Both inclusive; infinite: none. */
export interface NumberLimits {
  least: number;
  most: number;
}

/** Collects what is wrong with one rule, and looks up what its names mean. A look-up that fails has been reported. */
export class RuleCheck {
  readonly problems: RuleProblem[] = [];
  /** Within what the numbers of each parameter have to be, by the places that use it. */
  readonly limits = new Map<string, NumberLimits>();

  constructor(
    readonly rule: RuleDefinition,
    readonly catalogue: Catalogue,
  ) {}

  add(path: string, message: string): void {
    this.problems.push({ path, message });
  }

  /** A place that uses a parameter takes its numbers within these alone; of several places the narrowest count. */
  limit(parameter: string, least: number, most: number): void {
    const before = this.limits.get(parameter) ?? { least: -Infinity, most: Infinity };
    this.limits.set(parameter, { least: Math.max(before.least, least), most: Math.min(before.most, most) });
  }

  /** The contract behind an input. Null without a message when only the input's type is unknown: that is reported there. */
  contract(input: string): Contract | null {
    return this.catalogue.find(this.rule.inputs[input]?.type ?? '') ?? null;
  }

  /** Reports a name that no input has. */
  input(path: string, name: string): Contract | null {
    if (!this.rule.inputs[name]) {
      this.add(path, `没有名为 ${name} 的输入，inputs 里有：${offered(Object.keys(this.rule.inputs))}`);
      return null;
    }
    return this.contract(name);
  }

  /** Reports a field that the contract lacks. */
  fieldOf(path: string, contract: Contract, field: string): Column | null {
    const column = findColumn(contract, field);
    if (column) return column;
    this.add(
      path,
      `${contract.label}（${contract.type}）没有字段 ${field}，可用的字段：${offered(Object.keys(contract.fields), Infinity)}`,
    );
    return null;
  }

  /** Reports an unknown input or a field that its contract lacks. */
  field(path: string, input: string, field: string): Column | null {
    const contract = this.input(path, input);
    return contract && this.fieldOf(path, contract, field);
  }

  /** As {@link field}; reports also a field of another kind. */
  fieldOfKind(path: string, input: string, field: string, kinds: readonly Column['kind'][], wanted: string): Column | null {
    const column = this.field(path, input, field);
    if (!column || kinds.includes(column.kind)) return column;
    this.add(path, `字段 ${field} 不是${wanted}字段`);
    return null;
  }

  /** The value of a plain parameter. Reports an unknown one and a table. */
  plainParameter(path: string, name: string): number | null {
    const parameter = this.rule.parameters[name];
    if (!parameter) {
      this.add(path, `没有名为 ${name} 的参数，parameters 里有：${offered(Object.keys(this.rule.parameters))}`);
      return null;
    }
    if (parameter.value !== undefined) return parameter.value;
    this.add(path, `参数 ${name} 是表，这里要的是单个数（写 value）`);
    return null;
  }
}

export function offered(names: readonly string[], most = MAX_OFFERED): string {
  if (names.length === 0) return '（没有）';
  return `${names.slice(0, most).join('、')}${names.length > most ? '……' : ''}`;
}
