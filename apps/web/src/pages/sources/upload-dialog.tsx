import { InboxOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UploadResult } from '@tianyan/console-app/api';
import { Alert, Button, Checkbox, Modal, Progress, Select, Upload } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { keys } from '../../api/keys.js';
import { uploadFile } from '../../api/upload.js';
import { numberText } from '../../format/number.js';
import { mappingsQuery } from './source-queries.js';
import styles from './upload-dialog.module.css';

export function UploadDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal open={open} onCancel={onClose} title="上传文件" footer={null} destroyOnHidden>
      <UploadForm onClose={onClose} />
    </Modal>
  );
}

function UploadForm({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const mappings = useQuery(mappingsQuery);
  const [mapping, setMapping] = useState<string>();
  const [file, setFile] = useState<File>();
  const [isWhole, setIsWhole] = useState(false);
  const [share, setShare] = useState(0);
  const isList = mappings.data?.items.find(({ id }) => id === mapping)?.isList === true;
  const upload = useMutation({
    mutationFn: (input: { file: File; mapping: string; wholeList: boolean }) => uploadFile({ ...input, onProgress: setShare }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.sources });
      await client.invalidateQueries({ queryKey: keys.loads });
      await client.invalidateQueries({ queryKey: keys.quarantine });
    },
  });
  if (upload.data) return <Result result={upload.data} isWhole={upload.variables.wholeList} onClose={onClose} />;
  return (
    <div className={styles['form']}>
      {upload.isError ? <Alert role="alert" showIcon type="error" title={upload.error.message} /> : null}
      {mappings.isError ? <Alert role="alert" showIcon type="error" title={mappings.error.message} /> : null}
      <label className={styles['label']} htmlFor="upload-mapping">
        文件是什么表
      </label>
      <Select
        id="upload-mapping"
        placeholder="请选择"
        loading={mappings.isPending}
        value={mapping ?? null}
        onChange={(value: string | null) => setMapping(value ?? undefined)}
        options={(mappings.data?.items ?? []).map((item) => ({ value: item.id, label: `${item.label}（${item.typeLabel}）` }))}
        notFoundContent="还没有可用的表格式，请联系管理员"
      />
      {isList ? (
        <Checkbox checked={isWhole} onChange={(event) => setIsWhole(event.target.checked)}>
          这是完整的名单：以前传的、不在这份里的，算已删除
        </Checkbox>
      ) : null}
      <Upload.Dragger
        accept=".csv,.xlsx,.json,.ndjson"
        maxCount={1}
        beforeUpload={(chosen) => {
          setFile(chosen);
          return false;
        }}
        onRemove={() => setFile(undefined)}
        disabled={upload.isPending}
      >
        <p className={styles['icon']}>
          <InboxOutlined />
        </p>
        <p>把文件拖到这里，或点击选择</p>
        <p className={styles['hint']}>支持 XLSX、CSV（UTF-8 或 GB18030）。重复的记录不会重复入库。</p>
      </Upload.Dragger>
      {upload.isPending ? <UploadProgress share={share} /> : null}
      <Button
        type="primary"
        disabled={!file || mapping === undefined}
        loading={upload.isPending}
        onClick={() =>
          file && mapping !== undefined ? upload.mutate({ file, mapping, wholeList: isList && isWhole }) : undefined
        }
      >
        开始上传
      </Button>
    </div>
  );
}

function UploadProgress({ share }: { share: number }) {
  return (
    <div role="status">
      <Progress aria-label="上传进度" percent={Math.round(share * 100)} status="active" />
      <p className={styles['hint']}>{share < 1 ? '正在上传……' : '已传完，正在逐条检查……'}</p>
    </div>
  );
}

function Result({ result, isWhole, onClose }: { result: UploadResult; isWhole: boolean; onClose: () => void }) {
  const clean = result.quarantined === 0;
  return (
    <div className={styles['form']} role="status">
      <Alert
        showIcon
        type={clean ? 'success' : 'warning'}
        title={
          clean ? `“${result.fileName}”已全部处理` : `“${result.fileName}”中有 ${numberText(result.quarantined)} 条没有通过检查`
        }
      />
      <dl className={styles['counts']}>
        <div>
          <dt>入库</dt>
          <dd className="num">{numberText(result.accepted)}</dd>
        </div>
        <div>
          <dt>重复</dt>
          <dd className="num">{numberText(result.repeated)}</dd>
        </div>
        <div>
          <dt>进隔离区</dt>
          <dd className="num">{numberText(result.quarantined)}</dd>
        </div>
      </dl>
      {isWhole ? <WholeList result={result} /> : null}
      {result.accepted === 0 ? null : (
        <p className={styles['hint']}>这批数据全部入库后统一研判，疑点在那以后出现；进度见“数据源”。</p>
      )}
      <Notes notes={result.notes} />
      {result.unreadSheets.length === 0 ? null : (
        <p className={styles['hint']}>
          没有读的工作表：
          {result.unreadSheets.map(({ name, hidden }) => `“${name}”${hidden ? '（隐藏）' : ''}`).join('、')}
          。要读其中一张，请在字段对应方案的 file.sheet 写明它的名称。
        </p>
      )}
      {result.remarks.map((remark) => (
        <p key={remark} className={styles['hint']}>
          {remark}。
        </p>
      ))}
      {clean ? null : (
        <ul className={styles['reasons']}>
          {result.reasons.map((reason) => (
            <li key={reason.reason}>
              {reason.reason}：{numberText(reason.count)} 条
            </li>
          ))}
          <li>
            <Link to="/quarantine" onClick={onClose}>
              到隔离区逐条修正
            </Link>
          </li>
        </ul>
      )}
      <Button type="primary" onClick={onClose}>
        完成
      </Button>
    </div>
  );
}

/** Why nothing was deleted, though the list was said to be whole. */
function WholeList({ result: { held, quarantined } }: { result: UploadResult }) {
  const words =
    held > 0
      ? `这份名单比以前少了 ${numberText(held)} 条，可能不完整，所以一条也没有删除。确实没有了的，请在“数据源”里确认删除，再把同一份文件传一次。`
      : quarantined > 0
        ? '有没通过检查的行：只要有一行认不出是名单里的哪一条，这次就一条也不删除。请改好文件，再把整份名单传一次。'
        : null;
  return words === null ? null : <Alert role="alert" showIcon type="warning" title={words} />;
}

function Notes({ notes }: { notes: UploadResult['notes'] }) {
  if (notes.length === 0) return null;
  return (
    <ul className={styles['reasons']} aria-label="已入库但请留意">
      {notes.map((note) => (
        <li key={note.reason}>
          请留意：{note.reason}（{numberText(note.count)} 条）
        </li>
      ))}
    </ul>
  );
}
