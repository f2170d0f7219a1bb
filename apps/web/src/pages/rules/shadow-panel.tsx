import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ruleShadowSchema, type RuleDetail, type RuleShadow } from '@tianyan/console-app/api';
import { App } from 'antd';
import { z } from 'zod';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { BarList } from '../../parts/bar-list.js';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { Panel } from '../../parts/panel.js';
import styles from './drafts/draft.module.css';
import { ReasonForm } from '../../parts/reason-form.js';
import { refetchWhileUnderWay } from './rule-progress.js';
import { TrialSamples } from './trial/trial-samples.js';

const MAX_BARS = 30;
const UNDER_WAY: Readonly<Record<RuleShadow['progress'], string>> = {
  'set-aside': '影子研判失败，已暂停；修改后重新影子运行，或等自动重试',
  waiting: '待研判：等它用到的数据首次载入完，或等研判进程接手',
  sweeping: '正在用它研判全部已有数据…',
  live: '和现行规则一起实时研判',
};

/** What the rule finds in shadow: the only place that tells it. */
export function ShadowPanel({ rule }: { rule: RuleDetail }) {
  const path = `/rules/${encodeURIComponent(rule.id)}/shadow`;
  const query = useQuery({
    queryKey: keys.ruleShadow(rule.id),
    queryFn: ({ signal }) => callApi(ruleShadowSchema, path, { signal }),
    refetchInterval: (current) => refetchWhileUnderWay(current.state.data ? [current.state.data] : []),
  });
  return (
    <Panel title="影子运行" note="发现的疑点只在这里看：不提醒，不进清单、统计和导出">
      <Loaded query={query}>{(shadow) => <Shadow rule={rule} shadow={shadow} path={path} />}</Loaded>
    </Panel>
  );
}

function Shadow({ rule, shadow, path }: { rule: RuleDetail; shadow: RuleShadow; path: string }) {
  const mayPublish = useMay('publish-rules');
  const { holds, alsoLive, onlyLive, perMonth, perTownship, samples } = shadow.findings;
  return (
    <>
      <p>
        第 {shadow.version} 版，{shadow.actor} <MachineTime atMs={shadow.sinceMs} /> 开始：{shadow.reason}
      </p>
      <p role="status">{UNDER_WAY[shadow.progress]}</p>
      <p className={styles['figures']}>
        <span>
          现在成立 <b className="num">{numberText(holds)}</b> 条
        </span>
        {rule.isShadowOnly ? null : (
          <>
            <span>
              现行版也有 <b className="num">{numberText(alsoLive)}</b> 条
            </span>
            <span>
              只有它发现 <b className="num">{numberText(holds - alsoLive)}</b> 条
            </span>
            <span>
              只有现行版发现 <b className="num">{numberText(onlyLive)}</b> 条
            </span>
          </>
        )}
      </p>
      {holds === 0 ? (
        <p className={styles['said']}>还没有发现疑点。</p>
      ) : (
        <div className={styles['columns']}>
          <section aria-label="影子疑点按月">
            <h3>按发生的月份</h3>
            <BarList counts={perMonth} max={MAX_BARS} keepOrder />
          </section>
          <section aria-label="影子疑点按乡镇">
            <h3>按乡镇</h3>
            <BarList counts={perTownship} max={MAX_BARS} />
          </section>
        </div>
      )}
      {samples.length === 0 ? null : (
        <details>
          <summary>最近的 {samples.length} 条</summary>
          <TrialSamples samples={samples} label="影子疑点" />
        </details>
      )}
      {mayPublish ? <ShadowSteps path={path} /> : null}
    </>
  );
}

/** It speaks from now on, or ends. */
function ShadowSteps({ path }: { path: string }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const step = useMutation({
    mutationFn: ({ name, reason }: { name: 'live' | 'end'; reason: string }) =>
      callApi(z.unknown(), `${path}/${name}`, { method: 'POST', body: { reason } }),
    onSuccess: async (_answer, { name }) => {
      void message.success(name === 'live' ? '已转为运行，正在用它研判全部已有数据' : '已结束影子运行');
      await client.invalidateQueries({ queryKey: keys.rules });
    },
  });
  return (
    <ReasonForm
      placeholder="例如：影子运行两周，新增的都核实过"
      error={step.error}
      isPending={step.isPending}
      actions={[
        { label: '转为运行', isMain: true, onClick: (reason) => step.mutate({ name: 'live', reason }) },
        { label: '结束影子运行', onClick: (reason) => step.mutate({ name: 'end', reason }) },
      ]}
    />
  );
}
