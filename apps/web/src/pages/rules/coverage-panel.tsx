import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ruleCoverageSchema, type InputCoverage, type RuleCoverage } from '@tianyan/console-app/api';
import { Alert, App, Button } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { Loaded } from '../../parts/loaded.js';
import { MachineTime } from '../../parts/machine-time.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';

/** What of the records the rule can judge, and what it takes for a fault although a source never tells it. */
export function CoveragePanel({ ruleId }: { ruleId: string }) {
  const path = `/rules/${encodeURIComponent(ruleId)}/coverage`;
  const mayCount = useMay('count-coverage');
  const client = useQueryClient();
  const { message } = App.useApp();
  const query = useQuery({
    queryKey: keys.ruleCoverage(ruleId),
    queryFn: ({ signal }) => callApi(ruleCoverageSchema, path, { signal }),
  });
  const count = useMutation({
    mutationFn: () => callApi(ruleCoverageSchema, path, { method: 'POST' }),
    onSuccess: (coverage) => client.setQueryData(keys.ruleCoverage(ruleId), coverage),
    onError: (error) => void message.error(error.message),
  });
  const again = (
    <Button size="small" loading={count.isPending} onClick={() => count.mutate()}>
      重新统计
    </Button>
  );
  return (
    <Panel title="能不能判断" note="您管辖范围内的记录，每天统计一次" extra={mayCount ? again : null}>
      <Loaded query={query}>{(coverage) => <Coverage coverage={coverage} />}</Loaded>
    </Panel>
  );
}

function Coverage({ coverage: { countedAtMs, failure, inputs, awaited, warnings } }: { coverage: RuleCoverage }) {
  const blind = awaited.flatMap(({ expectLabel, sources }) =>
    sources.filter(({ isBlind }) => isBlind).map(({ label }) => `来源“${label}”从未报过“${expectLabel}”`),
  );
  if (countedAtMs === null) return <p>{failure ?? '还没有统计：规则开始运行后会自动统计，一般在两小时内。'}</p>;
  return (
    <>
      {failure === null ? null : <Alert role="alert" type="warning" showIcon title={failure} />}
      {(warnings ?? blind.map((text) => `可能误报：${text}`)).map((text) => (
        <Alert key={text} role="alert" type="warning" showIcon title={text} style={{ marginBottom: 8 }} />
      ))}
      {inputs.map((input) => (
        <Input key={input.input} input={input} />
      ))}
      <p>
        <MachineTime atMs={countedAtMs} />{' '}
        统计。条件里用到的字段空着，或规则要算、要比的字段空着，就不能判断：可能是还没有填，也可能是来源不报。
      </p>
    </>
  );
}

function Input({ input }: { input: InputCoverage }) {
  const { label, typeLabel, records, judged, empty, bySource, byTownship } = input;
  const left = records - judged;
  const why = empty.map((field) => `${field.label}空缺 ${numberText(field.count)} 条`).join('，');
  const named = label === typeLabel ? label : `${label}（${typeLabel}）`;
  return (
    <>
      <p>
        <b>{named}</b>：{numberText(records)} 条里能判断 {numberText(judged)} 条
        {left === 0 ? '。' : `；${numberText(left)} 条不能判断：${why}。`}
      </p>
      {left > 0 && bySource.length > 1 ? <Shares caption={`${named}按来源`} first="来源" rows={bySource} /> : null}
      {left > 0 && byTownship.length > 1 ? <Shares caption={`${named}按乡镇`} first="乡镇" rows={byTownship} /> : null}
    </>
  );
}

type Share = InputCoverage['bySource'][number];

function Shares({ caption, first, rows }: { caption: string; first: string; rows: readonly Share[] }) {
  const columns: readonly Column<Share>[] = [
    { title: first, cell: ({ label }) => label },
    { title: '记录', numeric: true, cell: ({ records }) => numberText(records) },
    { title: '能判断', numeric: true, cell: ({ judged }) => numberText(judged) },
    { title: '不能判断', numeric: true, cell: ({ records, judged }) => numberText(records - judged) },
  ];
  return <RecordTable caption={caption} columns={columns} rows={rows} keyOf={({ key }) => key} />;
}
