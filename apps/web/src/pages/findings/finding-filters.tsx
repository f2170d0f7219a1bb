import { FilterOutlined, SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { SEVERITY_LABELS, severitySchema, unitListSchema } from '@tianyan/console-app/api';
import { Button, DatePicker, Input, Select, type InputRef } from 'antd';
import dayjs from 'dayjs';
import { useEffect, useRef, useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { divisionsQuery } from '../../app/divisions.js';
import { numberText } from '../../format/number.js';
import { countFilters, queryOf, type FindingFilter } from './finding-filter.js';
import { findingCountsQuery } from './finding-queries.js';
import styles from './finding-filters.module.css';

interface Props {
  filter: FindingFilter;
  change: (part: Partial<FindingFilter>) => void;
  clear: () => void;
}

export function FindingFilters({ filter, change, clear }: Props) {
  const [open, setOpen] = useState(false);
  const set = countFilters(filter);
  return (
    <div className={styles['filters']}>
      <div className={styles['first']}>
        <SearchBox value={filter.text} onSearch={(text) => change({ text })} />
        <Button className={styles['toggle'] ?? ''} icon={<FilterOutlined />} aria-expanded={open} onClick={() => setOpen(!open)}>
          筛选{set > 0 ? `（${set}）` : ''}
        </Button>
      </div>
      <div className={`${styles['choices']} ${open ? styles['open'] : ''}`}>
        <Choices filter={filter} change={change} />
        <DatePicker.RangePicker
          className={styles['range'] ?? ''}
          aria-label="发生时间"
          placeholder={['发生日期从', '到']}
          value={filter.from !== '' && filter.to !== '' ? [dayjs(filter.from), dayjs(filter.to)] : null}
          onChange={(range) =>
            change({ from: range?.[0]?.format('YYYY-MM-DD') ?? '', to: range?.[1]?.format('YYYY-MM-DD') ?? '' })
          }
        />
        {set > 0 ? (
          <Button type="link" onClick={clear}>
            清除筛选
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** Every choice with the number of findings it would leave within the chosen status. */
function Choices({ filter, change }: Omit<Props, 'clear'>) {
  const { status } = queryOf(filter);
  const counts = useQuery(findingCountsQuery(status === undefined ? {} : { status }));
  const units = useQuery({
    queryKey: keys.units,
    queryFn: ({ signal }) => callApi(unitListSchema, '/units', { signal }),
    staleTime: 600_000,
  });
  const options = (entries: readonly { key: string; label: string; count: number }[] | undefined) =>
    (entries ?? []).map((entry) => ({ value: entry.key, label: `${entry.label}（${numberText(entry.count)}）` }));
  return (
    <>
      <Choice
        label="严重程度"
        value={filter.severity}
        options={severitySchema.options.toReversed().map((value) => ({ value, label: SEVERITY_LABELS[value] }))}
        onChange={(severity) => change({ severity })}
      />
      <Choice
        label="问题类别"
        value={filter.class}
        options={options(counts.data?.byClass)}
        onChange={(value) => change({ class: value })}
      />
      <Choice label="规则" value={filter.rule} options={options(counts.data?.byRule)} onChange={(rule) => change({ rule })} />
      <Choice
        label="乡镇"
        value={filter.township}
        options={options(counts.data?.byTownship)}
        onChange={(township) => change({ township })}
      />
      <VillageChoice filter={filter} change={change} />
      <Choice
        label="单位"
        value={filter.unit}
        options={(units.data?.items ?? []).map((unit) => ({ value: unit.unitId, label: unit.name }))}
        onChange={(unit) => change({ unit })}
      />
      <Choice
        label="核实结论"
        value={filter.verdict}
        options={options(counts.data?.byVerdict)}
        onChange={(verdict) => change({ verdict })}
      />
    </>
  );
}

/** Hundreds of villages: read, and offered, where a link has brought one. */
function VillageChoice({ filter, change }: Omit<Props, 'clear'>) {
  const isSet = filter.village.length > 0;
  const divisions = useQuery({ ...divisionsQuery, enabled: isSet });
  if (!isSet) return null;
  const villages = (divisions.data?.items ?? []).filter(({ level }) => level === 'village');
  return (
    <Choice
      label="村（社区）"
      value={filter.village}
      options={villages.map(({ code, name }) => ({ value: code, label: name }))}
      onChange={(village) => change({ village })}
    />
  );
}

function Choice(props: {
  label: string;
  value: string[];
  options: { value: string; label: string }[];
  onChange: (value: string[]) => void;
}) {
  return (
    <Select
      mode="multiple"
      className={styles['choice'] ?? ''}
      aria-label={props.label}
      placeholder={props.label}
      value={props.value}
      options={props.options}
      onChange={props.onChange}
      showSearch={{ optionFilterProp: 'label' }}
      maxTagCount={1}
      maxTagTextLength={6}
      popupMatchSelectWidth={false}
      allowClear
    />
  );
}

function SearchBox({ value, onSearch }: { value: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState(value);
  const input = useRef<InputRef>(null);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target;
      if (event.key !== '/' || (target instanceof HTMLElement && target.matches('input, textarea, [contenteditable]'))) return;
      event.preventDefault();
      input.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <Input.Search
      ref={input}
      className={styles['search'] ?? ''}
      aria-label="搜索疑点"
      placeholder="搜索说明、工单号、合同号、村名"
      prefix={<SearchOutlined aria-hidden="true" />}
      value={text}
      maxLength={200}
      allowClear
      onChange={(event) => setText(event.target.value)}
      onSearch={(searched) => onSearch(searched.trim())}
    />
  );
}
