import { UserStore } from '@tianyan/access';
import { authoredId, isShadowId, type FindingRule, type SetAside, type SetAsideTeller } from '@tianyan/findings';
import { toChinaMinute, type Clock, type IdSource } from '@tianyan/kernel';
import { NoticeOutbox, PlatformRouting, TeamStore, type Notice } from '@tianyan/notices';
import type { Pool } from '@tianyan/postgres';

/** Tells those who run the platform of rules that were set aside: at first, and when only a person can go on. */
export function tellOfRules(parts: { postgres: Pool; ids: IdSource; machineClock: Clock }): SetAsideTeller {
  const { postgres: pool, ids, machineClock: clock } = parts;
  const outbox = new NoticeOutbox(clock);
  const routing = new PlatformRouting({ users: new UserStore({ pool, ids, clock }), teams: new TeamStore({ pool, ids, clock }) });
  return async () => {
    const recipients = await routing.recipients(SEVERITY);
    return async (client, rule, entry) => {
      if (entry.attempt > 1 && entry.retryAtMs !== null) return;
      await outbox.enqueue(client, setAsideNotice(rule, entry), recipients);
    };
  };
}

/** A rule that finds nothing any more is as grave as a source that is not read. */
const SEVERITY = 'high';

const WHY = {
  error: '研判时程序出错',
  time: '研判用时超过上限',
  memory: '研判需要的内存超过上限',
  rows: '查询读取的记录或得到的结果超过上限',
  busy: '实时研判占用的处理时间超过上限（一小时 10 分钟）',
  differs: '发布时核对，实时研判与全量巡检两种算法对本县数据的结论不一致（多半是程序的问题，请联系平台维护单位）',
  crosses: '核对时，这条查询整体判断和按对照组（group）单独判断的结论不一致，即用到了别的组的记录（请修改查询，或去掉 group）',
} as const satisfies Record<SetAside['trouble'], string>;

function setAsideNotice({ id, title }: FindingRule, entry: SetAside): Notice {
  const next =
    entry.retryAtMs === null
      ? '已自动重试多次，仍然失败，请打开规则页，按页上写的处理，再点“重新运行”。'
      : `将于 ${toChinaMinute(entry.retryAtMs)} 自动重试；要马上重试，请在规则页点“重新运行”。`;
  return {
    subject: { kind: 'rule', id },
    kind: 'rule-set-aside',
    round: entry.round,
    severity: SEVERITY,
    title: `规则“${title}”${isShadowId(id) ? '的影子运行' : ''}暂停研判`,
    text: `${WHY[entry.trouble]}，自 ${toChinaMinute(entry.beganAtMs)} 起这条规则单独暂停，其他规则照常。已有疑点保留，不再更新。${next}恢复后漏掉的会自动补上。`,
    // The platform's own state: of no township.
    townshipCode: null,
    occurredAtMs: entry.beganAtMs,
    path: `/rules/${encodeURIComponent(authoredId(id))}`,
    // It does not pass by itself within minutes.
    settlesForMs: 0,
  };
}
