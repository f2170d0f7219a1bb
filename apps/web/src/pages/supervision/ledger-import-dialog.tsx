import { InboxOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  LEDGER_ROW_STATE_LABELS,
  ledgerImportSchema,
  MAX_LEDGER_IMPORT_ROWS,
  type LedgerImport,
  type LedgerImportRow,
} from '@tianyan/console-app/api';
import { Alert, Button, Modal, Progress, Space, Upload } from 'antd';
import { useRef, useState } from 'react';
import { Link } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { numberText } from '../../format/number.js';
import { EmptyPanel } from '../../parts/empty-panel.js';
import { ReasonForm } from '../../parts/reason-form.js';
import { RecordTable, type Column } from '../../parts/record-table.js';

/** The ledger, back from whoever filled it in: shown line by line before anything is changed. */
export function LedgerImportDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal open={open} onCancel={onClose} title="导入填好的整改台账" footer={null} width={900} destroyOnHidden>
      <LedgerImportSteps onClose={onClose} />
    </Modal>
  );
}

function LedgerImportSteps({ onClose }: { onClose: () => void }) {
  const [read, setRead] = useState<LedgerImport | null>(null);
  return read === null ? <ReadForm onRead={setRead} /> : <Preview first={read} onClose={onClose} />;
}

function ReadForm({ onRead }: { onRead: (read: LedgerImport) => void }) {
  const [file, setFile] = useState<File>();
  const reading = useMutation({
    mutationFn: (reason: string) => {
      const body = new FormData();
      body.set('reason', reason);
      if (file) body.set('file', file);
      return callApi(ledgerImportSchema, '/rectification-imports', { method: 'POST', body });
    },
    onSuccess: onRead,
  });
  return (
    <>
      <p style={{ color: 'var(--ink-soft)', marginBottom: 12 }}>
        在本页导出台账，填写“整改期限”“整改措施”“整改情况”“追回金额”“建立完善的制度”，再传回来；不要改别的列。先看预览，确认后才修改。一次最多{' '}
        {numberText(MAX_LEDGER_IMPORT_ROWS)} 行。
      </p>
      <Upload.Dragger
        accept=".xlsx"
        maxCount={1}
        beforeUpload={(chosen) => {
          setFile(chosen);
          return false;
        }}
        onRemove={() => setFile(undefined)}
        disabled={reading.isPending}
        style={{ marginBottom: 12 }}
      >
        <p>
          <InboxOutlined />
        </p>
        <p>把填好的表格拖到这里，或点击选择</p>
      </Upload.Dragger>
      <ReasonForm
        placeholder="例如：6 月整改进展，由各单位填报；调整期限的，写明为什么调整"
        error={reading.error}
        isPending={reading.isPending}
        actions={[{ label: '预览', isMain: true, onClick: reading.mutate }]}
      />
    </>
  );
}

const COLUMNS: readonly Column<LedgerImportRow>[] = [
  { title: '行', numeric: true, width: '8%', cell: ({ rowNumber }) => rowNumber },
  { title: '状态', width: '12%', cell: ({ state }) => LEDGER_ROW_STATE_LABELS[state] },
  {
    title: '修改',
    width: '45%',
    cell: ({ itemId, changes }) => (
      <>
        {changes.map(({ label, from, to }) => (
          <p key={label} style={{ overflowWrap: 'anywhere' }}>
            {label}：{from === '' ? '（空）' : from} → {to === '' ? '（空）' : to}
          </p>
        ))}
        <Link to={`/rectifications/${encodeURIComponent(itemId)}`}>查看</Link>
      </>
    ),
  },
  { title: '不受理的原因', cell: ({ message }) => message ?? '—' },
];

function Preview({ first, onClose }: { first: LedgerImport; onClose: () => void }) {
  const { shown, apply, cancel } = useApplied(first);
  const count = (state: LedgerImportRow['state']) => shown.rows.filter((row) => row.state === state).length;
  const waiting = count('waiting');
  const done = count('done');
  if (shown.rows.length === 0)
    return <EmptyPanel title="没有要修改的" hint="表格里的内容与台账现在的一样。填写后保存，再上传。" />;
  return (
    <>
      <p role="status" style={{ marginBottom: 12 }}>
        将修改 {numberText(waiting)} 行，已修改 {numberText(done)} 行，不受理 {numberText(count('refused'))} 行
        {shown.cancelled ? '；已停止' : ''}。
      </p>
      {apply.isPending ? <Progress percent={Math.round((done * 100) / Math.max(1, done + waiting))} /> : null}
      {apply.error || cancel.error ? (
        <Alert role="alert" type="error" showIcon title={(apply.error ?? cancel.error)?.message} style={{ marginBottom: 12 }} />
      ) : null}
      <Space wrap style={{ marginBottom: 12 }}>
        <Button
          type="primary"
          disabled={waiting === 0 || shown.cancelled}
          loading={apply.isPending}
          onClick={() => apply.mutate()}
        >
          修改 {numberText(waiting)} 行
        </Button>
        {waiting > 0 && !shown.cancelled ? <Button onClick={() => cancel.mutate()}>停止</Button> : null}
        <Button onClick={onClose}>关闭</Button>
      </Space>
      <RecordTable caption="表格里要修改的行" columns={COLUMNS} rows={shown.rows} keyOf={({ rowNumber }) => String(rowNumber)} />
    </>
  );
}

/** Asks for some rows after the other until none waits; who stops it, or closes the page, leaves the others as they were. */
function useApplied(first: LedgerImport) {
  const client = useQueryClient();
  const [shown, setShown] = useState(first);
  const isStopped = useRef(false);
  const ask = async (step: 'apply' | 'cancel') => {
    const path = `/rectification-imports/${encodeURIComponent(first.id)}/${step}`;
    const answer = await callApi(ledgerImportSchema, path, { method: 'POST', body: {} });
    setShown(answer);
    return answer;
  };
  const apply = useMutation({
    mutationFn: async () => {
      for (;;) {
        const { rows, cancelled } = await ask('apply');
        if (isStopped.current || cancelled || !rows.some(({ state }) => state === 'waiting')) return;
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.supervision }),
  });
  const cancel = useMutation({
    mutationFn: () => {
      isStopped.current = true;
      return ask('cancel');
    },
  });
  return { shown, apply, cancel };
}
