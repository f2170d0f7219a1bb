import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { startSweepResultSchema, sweepListSchema, type Sweep } from '@tianyan/console-app/api';
import { App, Button, Progress } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { lengthText } from '../../format/time.js';
import { Help } from '../../help/help-button.js';
import { ExportButton } from '../../parts/export-button.js';
import { MachineTime } from '../../parts/machine-time.js';
import { DriftDial } from '../../parts/drift-dial.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { MoreButton } from '../../parts/more-button.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { ListSkeleton } from '../findings/list-skeleton.js';
import { DriftDrawer } from './drift-drawer.js';
import styles from './sweeps-page.module.css';

export default function SweepsPage() {
  const [shown, setShown] = useState<Sweep | null>(null);
  const list = useInfiniteQuery({
    queryKey: keys.sweeps,
    queryFn: ({ pageParam, signal }) =>
      callApi(sweepListSchema, '/sweeps', { query: pageParam === null ? {} : { cursor: pageParam }, signal }),
    initialPageParam: null as string | null, // the type of a page parameter comes from its first value
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: (query) => (query.state.data?.pages[0]?.items.some((sweep) => sweep.state === 'running') ? 2_000 : false),
  });
  const sweeps = list.data?.pages.flatMap((page) => page.items) ?? [];
  const running = sweeps.find((sweep) => sweep.state === 'running');
  // The same as in the overview: a first look of rules compares with nothing.
  const last = sweeps.find((sweep) => sweep.state === 'done' && sweep.looksForDrift);
  return (
    <>
      <PageHeading
        title="巡检与漂移"
        lead="巡检把全部数据重新比对一遍，核对平时实时得出的结果。两者必须一致，漂移应当始终是 0。规则或历史数据第一次比对也记在这里，那时还没有可以核对的结果。"
        extra={
          <>
            <StartButton busy={running !== undefined} />
            <ExportButton title="导出巡检" path="/sweeps/export" query={{}} action="export-platform-lists" />
          </>
        }
      />
      <div className={styles['stack']}>
        <Panel title="漂移" extra={<Help topic="sweep-drift" label="漂移" />}>
          <div className={styles['summary']}>
            <DriftDial drift={last ? last.driftFindings + last.driftWakeUps : null} />
            <div className={styles['words']}>
              {running ? <Running sweep={running} /> : <Last sweep={last} onShow={setShown} />}
            </div>
          </div>
        </Panel>
        <Panel title="巡检记录" flush>
          {list.isPending ? <ListSkeleton rows={4} /> : null}
          {list.isError && sweeps.length === 0 ? <ErrorPanel error={list.error} onRetry={() => void list.refetch()} /> : null}
          {list.isSuccess && sweeps.length === 0 ? (
            <EmptyPanel title="还没有巡检过" hint="系统每晚自动巡检；管理员也可以现在发起一次。" />
          ) : null}
          {sweeps.length > 0 ? (
            <>
              <RecordTable caption="巡检记录" columns={columns(setShown)} rows={sweeps} keyOf={(sweep) => sweep.id} />
              <p className={styles['legend']}>
                “有结论”：按一条规则，现在有疑点、或还有期限没到的一张工单、一份合同等算一个；同一张工单被两条规则比对出结论算两个。没有问题也没有期限的不计。
              </p>
            </>
          ) : null}
          <MoreButton query={list} />
        </Panel>
      </div>
      <DriftDrawer sweep={shown} onClose={() => setShown(null)} />
    </>
  );
}

function columns(show: (sweep: Sweep) => void): readonly Column<Sweep>[] {
  return [
    { title: '开始', cell: (sweep) => <MachineTime atMs={sweep.startedAtMs} /> },
    { title: '起因', cell: (sweep) => sweep.reason },
    { title: '结果', cell: (sweep) => <State sweep={sweep} /> },
    { title: '用时', cell: (sweep) => (sweep.endedAtMs === null ? '—' : lengthText(sweep.endedAtMs - sweep.startedAtMs)) },
    { title: '规则', numeric: true, cell: (sweep) => `${sweep.rulesDone} / ${sweep.rulesTotal}` },
    { title: '有结论', numeric: true, cell: (sweep) => `${numberText(sweep.evaluatedScopes)} 个` },
    { title: '漂移', numeric: true, cell: (sweep) => <Drift sweep={sweep} onShow={() => show(sweep)} /> },
  ];
}

function State({ sweep }: { sweep: Sweep }) {
  if (sweep.state === 'running') return '正在进行';
  if (sweep.state === 'done') {
    const leftOut = sweep.rulesTotal - sweep.rulesDone;
    const note = leftOut > 0 ? `，${leftOut} 条规则没有巡检（读的数据正在载入，或已单独暂停）` : '';
    return <span className={styles['good']}>完成{note}</span>;
  }
  return <span className={styles['bad']}>失败：{sweep.error ?? '请查看日志'}</span>;
}

function Drift({ sweep, onShow }: { sweep: Sweep; onShow: () => void }) {
  const drift = sweep.driftFindings + sweep.driftWakeUps;
  if (sweep.state !== 'done') return '—';
  if (!sweep.looksForDrift) return '首次比对';
  if (drift === 0) return <span className={styles['good']}>0</span>;
  return (
    <Button danger size="small" onClick={onShow}>
      {numberText(drift)} 处，查看
    </Button>
  );
}

function Running({ sweep }: { sweep: Sweep }) {
  const percent = sweep.rulesTotal === 0 ? 0 : Math.round((sweep.rulesDone / sweep.rulesTotal) * 100);
  return (
    <div role="status">
      <p className={styles['headline']}>
        正在巡检：已完成 {sweep.rulesDone} / {sweep.rulesTotal} 条规则
      </p>
      <Progress aria-label="巡检进度" percent={percent} status="active" />
    </div>
  );
}

function Last({ sweep, onShow }: { sweep: Sweep | undefined; onShow: (sweep: Sweep) => void }) {
  if (!sweep) return <p className={styles['headline']}>还没有完成过对账巡检</p>;
  const drift = sweep.driftFindings + sweep.driftWakeUps;
  return (
    <>
      <p className={styles['headline']}>
        {drift === 0 ? '实时结果与全量巡检完全一致' : `疑点差异 ${sweep.driftFindings} 处，到期唤醒差异 ${sweep.driftWakeUps} 处`}
      </p>
      <p className={styles['note']}>
        {sweep.endedAtMs === null ? null : (
          <>
            <MachineTime atMs={sweep.endedAtMs} /> 完成，用时 {lengthText(sweep.endedAtMs - sweep.startedAtMs)}，
          </>
        )}
        {sweep.rulesTotal} 条规则，{numberText(sweep.evaluatedScopes)} 个有结论
      </p>
      {drift === 0 ? null : (
        <Button danger onClick={() => onShow(sweep)}>
          查看差异
        </Button>
      )}
    </>
  );
}

function StartButton({ busy }: { busy: boolean }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayStart = useMay('start-sweep');
  const start = useMutation({
    mutationFn: () => callApi(startSweepResultSchema, '/sweeps', { method: 'POST', body: {} }),
    onSuccess: () => void message.success('巡检已开始'),
    onError: (error) => void message.error(error.message),
    // Refused, too: the one that is running already is what they want to see.
    onSettled: () => client.invalidateQueries({ queryKey: keys.sweeps }),
  });
  if (!mayStart) return null;
  return (
    <Button type="primary" disabled={busy} loading={start.isPending} onClick={() => start.mutate()}>
      {busy ? '正在巡检' : '现在巡检'}
    </Button>
  );
}
