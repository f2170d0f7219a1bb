import type { Catalogue } from '@tianyan/contracts';
import { checkDraft, ruleFormParts, ruleTemplates } from '@tianyan/rules';
import { MAX_TOLD_PROBLEMS, type CheckedRule, type CheckRuleRequest, type RuleForm } from '../api/index.js';

/** What the form for rules is made of, and what a text says that is being written in it. No record is read: everybody may ask. */
export class RuleFormCases {
  constructor(private readonly catalogue: Catalogue) {}

  form(): RuleForm {
    return { ...ruleFormParts(), templates: ruleTemplates().map((template) => ({ ...template })) };
  }

  check({ yaml }: CheckRuleRequest): CheckedRule {
    const checked = checkDraft(yaml, this.catalogue);
    const told = checked.problems.slice(0, MAX_TOLD_PROBLEMS);
    return { ...checked, problems: told.map(({ path, place, plain, line }) => ({ path, place, message: plain, line })) };
  }
}
