import { type Actor, type AuditLog } from '@tianyan/access';
import type { RulesSetAside, RuleTrouble } from '@tianyan/findings';
import type { RulePauses } from '../api/index.js';

const TROUBLES: Readonly<Record<RuleTrouble, string>> = {
  error: '研判时程序出错，多半是某条记录或规则的写法不合常规',
  time: '研判用时超过上限',
  memory: '研判需要的内存超过上限',
  rows: '查询读取的记录或得到的结果超过上限',
  busy: '实时研判占用的处理时间超过上限（一小时 10 分钟）',
  differs: '发布时核对，实时研判与全量巡检两种算法对本县数据的结论不一致，多半是程序的问题，请联系平台维护单位',
  crosses:
    '核对时，这条查询整体判断和按对照组（group）单独判断的结论不一致，即用到了别的组的记录；请按 group 的字段连接、汇总，或去掉 group',
};

/** Rules that are set aside because judging them fails. It is the platform's own state: everybody may see it. */
export class RulePausing {
  constructor(private readonly parts: { setAside: RulesSetAside; audit: AuditLog }) {}

  async list(ruleId: string): Promise<RulePauses> {
    const times = await this.parts.setAside.of(ruleId);
    return {
      items: times.map(({ trouble, detail, beganAtMs, currentUntilMs, retryAtMs, endedAtMs, endedBy, filledAtMs }) => ({
        trouble: TROUBLES[trouble],
        detail,
        beganAtMs,
        currentUntilMs,
        retryAtMs: endedAtMs === null ? retryAtMs : null,
        endedAtMs,
        endedBy,
        filledAtMs,
      })),
    };
  }

  /** Throws RefusedError `conflict` where it is not set aside. */
  async resume(actor: Actor, ruleId: string): Promise<void> {
    const { setAside, audit } = this.parts;
    await setAside.takeUp({ ruleId, actor: actor.user.account });
    await audit.record(actor, { action: 'resume-rule', object: `rule/${ruleId}` });
  }
}
