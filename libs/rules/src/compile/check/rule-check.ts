import type { Catalogue, Contract } from '@tianyan/contracts';
import type { RuleDefinition } from '../../language/rule.js';
import { findColumn, type Column } from '../columns.js';
import type { RuleProblem } from '../invalid-rule.js';
import { labelOfField, RuleWords } from '../../explain/rule-words.js';

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
  /** For what is said to whoever fills in the form. */
  readonly words: RuleWords;
  /** Within what the numbers of each parameter have to be, by the places that use it. */
  readonly limits = new Map<string, NumberLimits>();

  constructor(
    readonly rule: RuleDefinition,
    readonly catalogue: Catalogue,
  ) {
    this.words = new RuleWords(rule, catalogue);
  }

  /** @param plain see {@link RuleProblem} */
  add(path: string, message: string, plain?: string): void {
    this.problems.push({ path, message, ...(plain === undefined ? {} : { plain }) });
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
      this.add(
        path,
        `没有名为 ${name} 的输入，inputs 里有：${offered(Object.keys(this.rule.inputs))}`,
        name === '' ? '还没有选记录，请选一种' : '原来选的记录已经去掉了，请重新选',
      );
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
      field === '' ? '还没有选字段，请选一个' : `“${contract.label}”里没有${this.fieldInWords(field)}，请重新选`,
    );
    return null;
  }

  /** A field by its Chinese name, in quotes; of one that no record type has nobody knows it. */
  fieldInWords(field: string): string {
    const label = labelOfField(this.catalogue, field);
    return label === undefined ? '原来选的这一项' : `“${label}”`;
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
    this.add(path, `字段 ${field} 不是${wanted}字段`, `这里要选${wanted}，“${this.words.field(input, field)}”不是，请重新选`);
    return null;
  }

  /** The value of a plain parameter. Reports an unknown one and a table. */
  plainParameter(path: string, name: string): number | null {
    const parameter = this.rule.parameters[name];
    if (!parameter) {
      this.add(
        path,
        `没有名为 ${name} 的参数，parameters 里有：${offered(Object.keys(this.rule.parameters))}`,
        '原来选的参数已经去掉了，请重新选，或直接写数',
      );
      return null;
    }
    if (parameter.value !== undefined) return parameter.value;
    this.add(
      path,
      `参数 ${name} 是表，这里要的是单个数（写 value）`,
      `参数“${parameter.label}”在各地、各时候不一样，这里要一个数：请选别的参数，或直接写数`,
    );
    return null;
  }
}

export function offered(names: readonly string[], most = MAX_OFFERED): string {
  if (names.length === 0) return '（没有）';
  return `${names.slice(0, most).join('、')}${names.length > most ? '……' : ''}`;
}
