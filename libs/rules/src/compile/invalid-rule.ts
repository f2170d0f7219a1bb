import { RefusedError } from '@tianyan/kernel';

/** One thing that is wrong with a rule: where, and what is expected. */
export interface RuleProblem {
  /** Path inside the YAML document, e.g. `inputs.paid.where.direction`. */
  path: string;
  message: string;
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
