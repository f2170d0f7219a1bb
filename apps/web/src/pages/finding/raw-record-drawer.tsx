import { useQuery, useQueryClient } from '@tanstack/react-query';
import { rawEvidenceSchema, type EvidenceItem, type RawEvidence, type RawEvidenceQuery } from '@tianyan/console-app/api';
import { Alert, Drawer, Tabs } from 'antd';
import { Link } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { instantText, secondText } from '../../format/time.js';
import { Loaded } from '../../parts/loaded.js';
import { SystemBadge } from '../../parts/source-system.js';
import { UnmaskForm } from '../../parts/unmask-form.js';
import styles from './raw-record-drawer.module.css';

function readRaw(findingId: string, index: number, query: RawEvidenceQuery): Promise<RawEvidence> {
  return callApi(rawEvidenceSchema, `/findings/${encodeURIComponent(findingId)}/evidence/${index}/raw`, { query: { ...query } });
}

/** One record as its source sent it: labelled values and the original text. */
export function RawRecordDrawer({
  findingId,
  item,
  onClose,
}: {
  findingId: string;
  item: EvidenceItem | null;
  onClose: () => void;
}) {
  return (
    <Drawer open={item !== null} onClose={onClose} size={620} title="原始记录" destroyOnHidden>
      {item ? <RawRecord findingId={findingId} item={item} /> : null}
    </Drawer>
  );
}

function RawRecord({ findingId, item }: { findingId: string; item: EvidenceItem }) {
  const queryKey = keys.rawEvidence(findingId, item.index);
  // Every reading is entered in the audit log: not again by itself.
  const raw = useQuery({ queryKey, queryFn: () => readRaw(findingId, item.index, {}), staleTime: Infinity });
  return (
    <>
      <div className={styles['head']}>
        <SystemBadge type={item.type} label={`${item.systemLabel} · ${item.typeLabel}`} />
        <h3>{item.title}</h3>
        <p>发生于 {instantText(item.atMs)}</p>
      </div>
      <Loaded query={raw}>{(record) => <Record findingId={findingId} index={item.index} record={record} />}</Loaded>
    </>
  );
}

function Record({ findingId, index, record }: { findingId: string; index: number; record: RawEvidence }) {
  const client = useQueryClient();
  const unmask = async (reason: string) => {
    client.setQueryData(keys.rawEvidence(findingId, index), await readRaw(findingId, index, { unmask: 'true', reason }));
  };
  return (
    <>
      {record.masked ? <UnmaskForm example="例如：联系诉求人核实退回情况" closed={record.closed} onUnmask={unmask} /> : null}
      {record.edit === null ? null : <Edited edit={record.edit} />}
      <Tabs
        items={[
          { key: 'fields', label: '逐项查看', children: <FieldTable record={record} /> },
          { key: 'raw', label: '原文', children: <pre className={styles['raw']}>{prettyRaw(record.raw)}</pre> },
          { key: 'origin', label: '来历', children: <Origin record={record} /> },
        ]}
      />
    </>
  );
}

/** What is shown is not what the source said. */
function Edited({ edit }: { edit: NonNullable<RawEvidence['edit']> }) {
  return (
    <Alert
      showIcon
      type="warning"
      title={`这条记录经过手工改正：由 ${edit.editedBy} 改正，${edit.reviewedBy} 复核`}
      description={
        <>
          理由：{edit.reason}。<Link to={`/quarantine?item=${encodeURIComponent(edit.quarantineId)}`}>看来源原文</Link>
        </>
      }
      style={{ marginBottom: 12 }}
    />
  );
}

function FieldTable({ record }: { record: RawEvidence }) {
  return (
    <table className={styles['table']}>
      <tbody>
        {record.fields.map((field) => (
          <tr key={field.name}>
            <th scope="row">{field.label}</th>
            <td>
              {field.text === '' ? '—' : field.text}
              {field.masked ? <span className={styles['masked']}>已遮蔽</span> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Origin({ record }: { record: RawEvidence }) {
  const rows = [
    ['记录编号', record.recordId],
    ['数据源', record.source],
    ['版本', String(record.version)],
    ['接收时间', secondText(record.receivedAtMs)],
    ['内容指纹', record.hash],
  ] as const;
  return (
    <table className={styles['table']}>
      <tbody>
        {rows.map(([label, text]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td className="wrap-anywhere">{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** JSON is laid out for reading; anything else (a line of a file) stays as it came. */
function prettyRaw(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}
