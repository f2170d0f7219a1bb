import { UserStore } from '@tianyan/access';
import { Exemptions, type EndingExemption, type FindingRule } from '@tianyan/findings';
import { toChinaMinute, type Clock, type IdSource } from '@tianyan/kernel';
import { NoticeOutbox, type Notice } from '@tianyan/notices';
import type { Pool } from '@tianyan/postgres';

type Rule = Pick<FindingRule, 'id' | 'title' | 'problemClass'>;

/** Tells people that something they have set aside comes back soon. */
export class ExemptionNotices {
  private readonly outbox: NoticeOutbox;
  private readonly users: UserStore;
  private readonly exemptions: Exemptions;

  constructor(
    private readonly parts: {
      postgres: Pool;
      ids: IdSource;
      machineClock: Clock;
      countyClock: Clock;
      /** Those that are judged. */
      rules: () => readonly Rule[];
    },
  ) {
    const { postgres: pool, ids, machineClock: clock, countyClock } = parts;
    this.outbox = new NoticeOutbox(clock);
    this.users = new UserStore({ pool, ids, clock });
    this.exemptions = new Exemptions({ pool, countyClock });
  }

  /** Returns how many were told. */
  async round(): Promise<number> {
    const userIds = new Map((await this.users.list()).map(({ account, id }) => [account, id]));
    return this.exemptions.tellEndings(this.parts.machineClock.nowMs(), async (client, ending) => {
      const userId = userIds.get(ending.actor);
      // Whoever made it is no longer there: it ends all the same, and is listed on the rule's page.
      if (userId === undefined) return;
      const rule = this.parts.rules().find(({ id }) => id === ending.ruleId);
      await this.outbox.enqueue(client, endingNotice(ending, rule), [{ channel: 'inbox', userId, teamId: null }]);
    });
  }
}

function endingNotice({ id, ruleId, kind, expiresAtMs, townships }: EndingExemption, rule: Rule | undefined): Notice {
  return {
    subject: { kind: 'exemption', id },
    kind: 'exemption-ending',
    round: 0,
    severity: 'medium',
    title: `“${rule?.title ?? ruleId}”的一条${kind === 'snooze' ? '暂缓' : '例外'}快到期`,
    // Names no subject: what it is about stands on the page, for whoever may see it.
    text: `您设定的这条豁免 ${toChinaMinute(expiresAtMs)} 到期，到期后有关疑点回到待核实。还需要的，请在规则页的“豁免”里先提前结束，再重新设定；不需要的不用管。`,
    // Within the reach of whoever made it.
    townshipCode: townships?.[0] ?? null,
    // Nobody knows the class of a rule that is not judged any more.
    problemClasses: rule === undefined ? null : [rule.problemClass],
    occurredAtMs: expiresAtMs,
    path: `/rules/${encodeURIComponent(ruleId)}`,
    settlesForMs: 0,
  };
}
