import type { ParameterSetting, RuleParameter } from '@tianyan/console-app/api';
import { Button } from 'antd';
import { parameterValue } from '../../../format/parameter-value.js';
import { RecordTable, type Column } from '../../../parts/record-table.js';
import styles from './parameters.module.css';

interface Props {
  parameters: readonly RuleParameter[];
  settings: readonly ParameterSetting[];
  onRemove: (index: number) => void;
}

interface Row {
  setting: ParameterSetting;
  parameter: RuleParameter | undefined;
  index: number;
}

/** What the county has set, each row with its basis. */
export function SettingList({ parameters, settings, onRemove }: Props) {
  if (settings.length === 0) return <p className={styles['none']}>还没有设，都按规则原文。</p>;
  const rows = settings.map((setting, index): Row => ({
    setting,
    index,
    parameter: parameters.find(({ name }) => name === setting.parameter),
  }));
  const columns: readonly Column<Row>[] = [
    { title: '参数', cell: ({ setting, parameter }) => parameter?.label ?? `${setting.parameter}（规则里已没有）` },
    { title: '适用', cell: ({ setting, parameter }) => whereAndWhen(setting, parameter) },
    {
      title: '取值',
      numeric: true,
      cell: ({ setting, parameter }) => parameterValue(setting.value, parameter?.unit),
    },
    { title: '依据', cell: ({ setting }) => `${setting.document}：${setting.demands}`, width: '34%' },
    {
      title: '操作',
      cell: ({ setting, parameter, index }) => (
        <Button
          size="small"
          aria-label={`删去 ${parameter?.label ?? setting.parameter}，${whereAndWhen(setting, parameter)}`}
          onClick={() => onRemove(index)}
        >
          删去
        </Button>
      ),
    },
  ];
  return <RecordTable caption="县里设的取值" columns={columns} rows={rows} keyOf={({ index }) => String(index)} />;
}

function whereAndWhen({ region, from, to, when }: ParameterSetting, parameter: RuleParameter | undefined): string {
  const found = parameter?.cases.find((one) => JSON.stringify(one.when) === JSON.stringify(when));
  const parts = [
    region === undefined ? null : `区划 ${region}`,
    from === undefined ? null : `自 ${from}`,
    to === undefined ? null : `至 ${to}`,
    when === undefined ? null : (found?.label ?? JSON.stringify(when)),
  ].filter((part) => part !== null);
  return parts.length === 0 ? '全县，一直' : parts.join('，');
}
