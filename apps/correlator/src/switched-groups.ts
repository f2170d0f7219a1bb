import { effectiveRules, type EvaluationGroup, type RuleSwitches } from '@tianyan/findings';
import type { RuleDefinition } from '@tianyan/rules';

/**
 * The rules that people let run, compiled. Groups that were handed out stay as they are: work in hand ends with them, or is
 * refused when it wants to store its answer and begins anew.
 */
export class SwitchedGroups {
  private current: { version: number; groups: readonly EvaluationGroup[] };

  /** As long as nothing was read, all rules as if nobody had switched any; no answer of theirs could be stored but at version 0. */
  constructor(
    private readonly parts: {
      rules: readonly RuleDefinition[];
      compile: (rules: readonly RuleDefinition[]) => readonly EvaluationGroup[];
      switches: Pick<RuleSwitches, 'read' | 'version'>;
    },
  ) {
    this.current = { version: 0, groups: parts.compile(parts.rules) };
  }

  version(): number {
    return this.current.version;
  }

  groups(): readonly EvaluationGroup[] {
    return this.current.groups;
  }

  ruleIds(): readonly string[] {
    return this.current.groups.flatMap((group) => group.rules.map((rule) => rule.id));
  }

  /** Takes over what people have switched; returns whether that was anything. */
  async refresh(): Promise<boolean> {
    const { rules, compile, switches } = this.parts;
    if ((await switches.version()) === this.current.version) return false;
    const state = await switches.read();
    this.current = { version: state.version, groups: compile(effectiveRules(rules, state)) };
    return true;
  }
}
