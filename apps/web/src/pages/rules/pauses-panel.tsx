import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { rulePausesSchema, type RulePause } from '@tianyan/console-app/api';
import { App, Button } from 'antd';
import { z } from 'zod';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import { instantText } from '../../format/time.js';
import { MachineTime } from '../../parts/machine-time.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';

/** When the rule was not judged because judging it failed, and what became of it; nothing where that never happened. */
export function PausesPanel({ ruleId }: { ruleId: string }) {
  const query = useQuery({
    queryKey: keys.rulePauses(ruleId),
    queryFn: ({ signal }) => callApi(rulePausesSchema, `/rules/${encodeURIComponent(ruleId)}/pauses`, { signal }),
  });
  const pauses = query.data?.items ?? [];
  const [last] = pauses;
  if (!last) return null;
  return (
    <Panel title="因研判失败而暂停" note="只停这一条，其他规则照常">
      {last.endedAtMs === null ? <Standing ruleId={ruleId} pause={last} /> : null}
      <RecordTable caption="暂停过的时段" columns={COLUMNS} rows={pauses} keyOf={({ beganAtMs }) => String(beganAtMs)} />
    </Panel>
  );
}

const COLUMNS: readonly Column<RulePause>[] = [
  { title: '暂停', cell: ({ beganAtMs }) => <MachineTime atMs={beganAtMs} /> },
  { title: '原因', cell: ({ trouble, detail }) => `${trouble}（${detail}）` },
  { title: '恢复', cell: ({ endedAtMs, endedBy }) => (endedAtMs === null ? '还没有' : <Ended atMs={endedAtMs} by={endedBy} />) },
  { title: '漏掉的', cell: ({ filledAtMs }) => (filledAtMs === null ? '待补' : <Filled atMs={filledAtMs} />) },
];

function Ended({ atMs, by }: { atMs: number; by: string | null }) {
  return (
    <>
      <MachineTime atMs={atMs} />
      {by === null ? '（自动）' : `（${by}）`}
    </>
  );
}

function Filled({ atMs }: { atMs: number }) {
  return (
    <>
      <MachineTime atMs={atMs} /> 已补
    </>
  );
}

function Standing({ ruleId, pause }: { ruleId: string; pause: RulePause }) {
  const maySwitch = useMay('switch-rules');
  const client = useQueryClient();
  const { message } = App.useApp();
  const resume = useMutation({
    mutationFn: () => callApi(z.unknown(), `/rules/${encodeURIComponent(ruleId)}/resume`, { method: 'POST' }),
    onSuccess: async () => {
      void message.success('正在重新运行：先补上漏掉的，再参与实时研判');
      await client.invalidateQueries({ queryKey: keys.rules });
    },
    onError: (error) => void message.error(error.message),
  });
  return (
    <p role="status">
      这条规则停了，它的疑点是 {instantText(pause.currentUntilMs)}{' '}
      时的结论，暂不更新，也不会撤回。请核对最近新到或更正的记录（日期是否离谱），或修改规则后发布新版。
      {pause.retryAtMs === null ? (
        '已不再自动重试。'
      ) : (
        <>
          将于 <MachineTime atMs={pause.retryAtMs} /> 自动重试。
        </>
      )}
      恢复后漏掉的会自动补上。{' '}
      {maySwitch ? (
        <Button size="small" loading={resume.isPending} onClick={() => resume.mutate()}>
          重新运行
        </Button>
      ) : null}
    </p>
  );
}
