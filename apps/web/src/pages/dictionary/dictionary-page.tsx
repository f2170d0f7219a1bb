import { useQuery } from '@tanstack/react-query';
import { dictionarySchema, type Dictionary } from '@tianyan/console-app/api';
import { Input } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { RecordTable, type Column } from '../../parts/record-table.js';
import { SystemBadge } from '../../parts/source-system.js';
import styles from './dictionary-page.module.css';

type RecordType = Dictionary['types'][number];
type Field = RecordType['fields'][number];

const COLUMNS: readonly Column<Field>[] = [
  { title: '名称', cell: (field) => field.label, width: '18%' },
  { title: '代码', cell: (field) => <span className="mono">{field.name}</span>, width: '16%' },
  {
    title: '种类',
    cell: (field) => (field.unit === null ? field.kindLabel : `${field.kindLabel}（${field.unit}）`),
    width: '12%',
  },
  { title: '保密', cell: (field) => <span className={styles[field.privacy]}>{field.privacyLabel}</span>, width: '12%' },
  { title: '必填', cell: (field) => (field.optional ? '可空' : '必填'), width: '8%' },
  { title: '取值', cell: (field) => (field.values.length === 0 ? '—' : field.values.map((value) => value.label).join('、')) },
];

/** What every source delivers, field by field, and who may see it. */
export default function DictionaryPage() {
  const [text, setText] = useState('');
  const query = useQuery({
    queryKey: keys.dictionary,
    queryFn: ({ signal }) => callApi(dictionarySchema, '/dictionary', { signal }),
    staleTime: 600_000,
  });
  return (
    <>
      <PageHeading
        title="数据字典"
        lead="每类记录有哪些栏目、是什么意思、属于哪一级信息。"
        extra={
          <Input.Search
            aria-label="查找栏目"
            placeholder="查找栏目"
            allowClear
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        }
      />
      <Loaded query={query}>{({ types }) => <Types types={matching(types, text.trim())} />}</Loaded>
    </>
  );
}

function matching(types: readonly RecordType[], text: string): RecordType[] {
  if (text === '') return [...types];
  const has = (words: string) => words.toLowerCase().includes(text.toLowerCase());
  return types
    .map((type) =>
      has(type.label) || has(type.type)
        ? type
        : { ...type, fields: type.fields.filter((field) => has(field.label) || has(field.name)) },
    )
    .filter((type) => type.fields.length > 0);
}

function Types({ types }: { types: readonly RecordType[] }) {
  if (types.length === 0) return <EmptyPanel title="没有找到" hint="换一个词试试，例如“合同”或“联系电话”。" />;
  return (
    <>
      <ul className={styles['index']} aria-label="记录类型">
        {types.map((type) => (
          <li key={type.type}>
            <a href={`#${type.type}`}>{type.label}</a>
          </li>
        ))}
      </ul>
      <div className={styles['stack']}>
        {types.map((type) => (
          <div key={type.type} id={type.type} className={styles['type']}>
            <Panel
              title={type.label}
              note={type.description}
              extra={<SystemBadge type={type.type} label={type.systemLabel} />}
              flush
            >
              <RecordTable caption={`${type.label}的栏目`} columns={COLUMNS} rows={type.fields} keyOf={(field) => field.name} />
            </Panel>
          </div>
        ))}
      </div>
    </>
  );
}
