import type { Catalogue } from '@tianyan/contracts';
import type { ShadowFindings, Trial, TrialResult as Result, TrialSample as Sample } from '@tianyan/findings';
import type { NamesDirectory } from '@tianyan/rules';
import type { RuleShadow, RuleTrial, TrialResult } from '../api/index.js';
import type { ConfidentialRecords } from '../findings/confidential-records.js';
import { resultAnswer, shadowAnswer, type TrialContext } from './trial-answers.js';

/** What rules would find or find in shadow, with names instead of codes, covered as findings are. */
export class ShownSamples {
  constructor(private readonly parts: { catalogue: Catalogue; names: NamesDirectory; confidential: ConfidentialRecords }) {}

  async trial({ id, state, progress, result, switched, failure, loads }: Trial): Promise<RuleTrial> {
    return { id, state, progress, failure, switched, loads, result: result && (await this.result(result)) };
  }

  async result(result: Result): Promise<TrialResult> {
    const changed = result.changes;
    return resultAnswer(
      result,
      await this.context([...result.samples, ...(changed?.gainedSamples ?? []), ...(changed?.lostSamples ?? [])]),
    );
  }

  async shadow(findings: ShadowFindings, roles: Readonly<Record<string, string>>): Promise<RuleShadow['findings']> {
    return shadowAnswer(findings, roles, await this.context(findings.samples));
  }

  private async context(samples: readonly Sample[]): Promise<TrialContext> {
    const { catalogue, names, confidential } = this.parts;
    const orders = samples.flatMap(({ subjects: { orderId } }) => (orderId === undefined ? [] : [orderId]));
    const closed = await confidential.confidentialOrders(orders);
    return { catalogue, names: await names.refresh(), closed };
  }
}
