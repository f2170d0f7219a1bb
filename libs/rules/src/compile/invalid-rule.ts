import { RefusedError } from '@tianyan/kernel';

/** One thing that is wrong with a rule: where, and what is expected. */
export interface RuleProblem {
  /** Path inside the YAML document, e.g. `inputs.paid.where.direction`. */
  path: string;
  /** For whoever writes the text: it names things as the text does, and what else may stand there. */
  message: string;
  /** For whoever fills in the form, who chooses among Chinese names; left out: the message says it, with these names in their places. */
  plain?: string;
}

/** The rule cannot be used. The message is Chinese and lists every problem with its place. */
export class InvalidRuleError extends RefusedError {
  constructor(
    readonly ruleId: string,
    readonly problems: readonly RuleProblem[],
    /** The file it was read from, where there is one. */
    readonly file?: string,
  ) {
    super(
      'invalid',
      `规则“${ruleId}”${file === undefined ? '' : `（${file}）`}有误：\n${problems.map((p) => `- ${p.path || '（全文）'}：${p.message}`).join('\n')}`,
    );
    this.name = 'InvalidRuleError';
  }
}
