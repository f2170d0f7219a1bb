import { useQuery } from '@tanstack/react-query';
import { ruleParametersSchema, type RuleDetail, type RuleParameter, type RuleParameters } from '@tianyan/console-app/api';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { callApi } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { useMay } from '../../../app/session.js';
import { parameterValue } from '../../../format/parameter-value.js';
import { Loaded } from '../../../parts/loaded.js';
import { MachineTime } from '../../../parts/machine-time.js';
import { Panel } from '../../../parts/panel.js';
import { RecordTable, type Column } from '../../../parts/record-table.js';
import { ParametersDialog } from './parameters-dialog.js';
import styles from './parameters.module.css';

/** The numbers of a rule as they count, by place and day; administrators set them here. */
export function ParametersPanel({ rule }: { rule: RuleDetail }) {
  const mayPublish = useMay('publish-rules');
  const [isOpen, setOpen] = useState(false);
  const query = useQuery({
    queryKey: [...keys.ruleParameters(rule.id), rule.version],
    queryFn: ({ signal }) => callApi(ruleParametersSchema, `/rules/${encodeURIComponent(rule.id)}/parameters`, { signal }),
    enabled: rule.retired === null,
  });
  if (rule.retired) return <TextValues rule={rule} />;
  return (
    <Panel
      title="参数"
      note="从上往下，第一行合适的为准"
      flush
      extra={
        mayPublish ? (
          <Button size="small" onClick={() => setOpen(true)} disabled={!query.data}>
            改参数
          </Button>
        ) : null
      }
    >
      <Loaded query={query}>
        {(answer) => (
          <>
            <Misfits misfits={answer.misfits} />
            <RecordTable
              caption="参数的取值"
              columns={COLUMNS}
              rows={answer.parameters.flatMap((parameter) =>
                parameter.rows.map((row, i) => ({ parameter, row, key: `${parameter.name} ${i}` })),
              )}
              keyOf={({ key }) => key}
            />
            <History history={answer.history} />
            <ParametersDialog ruleId={rule.id} answer={isOpen ? answer : null} onClose={() => setOpen(false)} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

interface ShownRow {
  parameter: RuleParameter;
  row: RuleParameter['rows'][number];
  key: string;
}

const COLUMNS: readonly Column<ShownRow>[] = [
  { title: '参数', cell: ({ parameter }) => parameter.label, width: '20%' },
  { title: '适用', cell: ({ row }) => row.applies, width: '28%' },
  {
    title: '取值',
    numeric: true,
    cell: ({ parameter, row }) => parameterValue(row.value, parameter.unit),
    width: '16%',
  },
  { title: '依据', cell: ({ row }) => (row.basis ? `${row.basis.document}：${row.basis.demands}` : '规则原文') },
];

function TextValues({ rule }: { rule: RuleDetail }) {
  return (
    <Panel title="参数">
      <dl className={styles['values']}>
        {rule.parameters.map((parameter) => (
          <div key={parameter.name}>
            <dt>{parameter.label}</dt>
            <dd>{parameter.text}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Misfits({ misfits }: Pick<RuleParameters, 'misfits'>) {
  if (misfits.length === 0) return null;
  return (
    <Alert
      role="alert"
      type="warning"
      showIcon
      className={styles['misfits'] ?? ''}
      title={`县里设的 ${misfits.length} 行参数现在不起作用，请管理员点“改参数”改正或删去`}
      description={
        <ul>
          {misfits.map(({ label, reason }) => (
            <li key={label}>
              {label}：{reason}
            </li>
          ))}
        </ul>
      }
    />
  );
}

function History({ history }: Pick<RuleParameters, 'history'>) {
  if (history.length === 0) return <p className={styles['none']}>县里没有改过这条规则的参数，都按规则原文。</p>;
  return (
    <details className={styles['history']}>
      <summary>改动经过（{history.length} 次）</summary>
      <ol>
        {history.map(({ account, reason, atMs, lines }) => (
          <li key={atMs}>
            <p>
              {account} <MachineTime atMs={atMs} />：{reason}
            </p>
            <p className={styles['note']}>{lines.length === 0 ? '改后：都按规则原文' : `改后：${lines.join('；')}`}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}
