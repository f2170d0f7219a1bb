import { CameraOutlined, DownloadOutlined, FileOutlined, UploadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { ACCEPTED_ENDINGS, sizeText, type ClueFile } from '@tianyan/console-app/api';
import { Alert, Button, Modal, Progress, Upload } from 'antd';
import { useState } from 'react';
import { z } from 'zod';
import { callApi } from '../../api/client.js';
import type { FileOnItsWay } from '../../device/unsent-files.js';
import { instantText } from '../../format/time.js';
import { Panel } from '../panel.js';
import { ReasonForm } from '../reason-form.js';
import { useUnsentFiles, type FilesPlace } from './unsent-files.js';
import styles from './files-panel.module.css';

const FAULTS: Readonly<Record<NonNullable<ClueFile['fault']>, string>> = {
  missing: '内容在存储里缺失，请联系管理员从备份恢复。',
  altered: '内容与上传时不一致，不能当作证据；请联系管理员从备份恢复。',
  'unlike-step': '与办理经过里的校验值不一致，可能被人在数据库里换过；请联系审计管理员核对。',
};

interface Shown {
  place: FilesPlace;
  files: readonly ClueFile[];
  mayAttach: boolean;
}

/** What belongs to a clue, an answer or a report on paper, in pictures and in sound. */
export function FilesPanel({ title = '附件', ...shown }: Shown & { title?: string }) {
  const there = shown.files.filter(({ withdrawn }) => withdrawn === null).length;
  return (
    <Panel title={title} note={`${there} 个`}>
      <FileList {...shown} />
    </Panel>
  );
}

/** The same without a panel of its own: of one among several. */
export function FileList({ place, files, mayAttach }: Shown) {
  const [withdrawing, setWithdrawing] = useState<ClueFile | null>(null);
  return (
    <>
      {files.length === 0 ? <p className={styles['soft']}>还没有附件。</p> : null}
      <ul className={styles['files']} aria-label="附件">
        {files.map((file) => (
          <FileRow key={file.id} place={place} file={file} mayAttach={mayAttach} onWithdraw={() => setWithdrawing(file)} />
        ))}
      </ul>
      {mayAttach ? <Handing place={place} /> : null}
      <Modal open={withdrawing !== null} onCancel={() => setWithdrawing(null)} footer={null} title="撤回附件" destroyOnHidden>
        {withdrawing ? <Withdrawal place={place} file={withdrawing} onClose={() => setWithdrawing(null)} /> : null}
      </Modal>
    </>
  );
}

function FileRow(props: { place: FilesPlace; file: ClueFile; mayAttach: boolean; onWithdraw: () => void }) {
  const { place, file, mayAttach, onWithdraw } = props;
  const path = `/api${place.path}/files/${encodeURIComponent(file.id)}`;
  const { withdrawn } = file;
  return (
    <li className={withdrawn === null ? '' : styles['withdrawn']}>
      {file.hasThumbnail ? (
        <img src={`${path}/thumbnail`} alt="" className={styles['thumbnail']} loading="lazy" />
      ) : (
        <span className={styles['thumbnail']}>
          <FileOutlined aria-hidden="true" />
        </span>
      )}
      <div className={styles['text']}>
        <a href={`${path}/content`} download={file.name}>
          {file.name} <DownloadOutlined aria-label="下载" />
        </a>
        <p className={styles['soft']}>
          {file.typeLabel} · <span className="num">{sizeText(file.sizeBytes)}</span> · {file.uploaderName} ·{' '}
          <span className="num">{instantText(file.atMs)}</span>
        </p>
        {file.fault === null ? null : <Alert role="alert" type="error" showIcon title={FAULTS[file.fault]} />}
        {withdrawn === null ? null : (
          <p>
            已由 {withdrawn.byName} 撤回：{withdrawn.reason}
          </p>
        )}
        {withdrawn === null && mayAttach ? (
          <Button size="small" onClick={onWithdraw} aria-label={`撤回 ${file.name}`}>
            撤回
          </Button>
        ) : null}
      </div>
    </li>
  );
}

/** Where files are handed in: dragged, chosen, or taken with the camera. */
function Handing({ place }: { place: FilesPlace }) {
  const { files, add, cancel } = useUnsentFiles(place);
  const chosen = {
    showUploadList: false,
    beforeUpload: (file: File) => {
      add(file);
      // It is sent from here, so that it can be kept and sent again.
      return false;
    },
  };
  return (
    <>
      <ul className={styles['files']} aria-label="正在上传">
        {files.map((file) => (
          <OnItsWay key={file.id} file={file} onCancel={() => cancel(file.id)} />
        ))}
      </ul>
      <div className={styles['drop']}>
        <Upload.Dragger {...chosen} multiple accept={ACCEPTED_ENDINGS.map((ending) => `.${ending}`).join(',')}>
          <p>
            <UploadOutlined aria-hidden="true" /> 拖到这里，或点击选择文件
          </p>
          <p className={styles['soft']}>图片、PDF、Word、Excel、录音、视频；按内容识别，改名无效</p>
        </Upload.Dragger>
      </div>
      <div className={styles['camera']}>
        <Upload {...chosen} accept="image/*" capture="environment">
          <Button icon={<CameraOutlined aria-hidden="true" />}>拍照上传</Button>
        </Upload>
      </div>
    </>
  );
}

function OnItsWay({ file, onCancel }: { file: FileOnItsWay; onCancel: () => void }) {
  const action = file.state !== 'refused' ? '取消' : file.isKept ? '删除' : '关闭';
  return (
    <li>
      <div className={styles['text']}>
        <p>{file.file.name}</p>
        {file.state === 'sending' || file.state === 'queued' ? (
          <Progress percent={Math.round(file.share * 100)} size="small" aria-label={`上传 ${file.file.name}`} />
        ) : null}
        {file.message === null ? null : (
          <Alert
            role={file.state === 'refused' ? 'alert' : 'status'}
            type={file.state === 'refused' ? 'error' : 'warning'}
            showIcon
            title={file.message}
          />
        )}
        <Button size="small" onClick={onCancel} aria-label={`${action} ${file.file.name}`}>
          {action}
        </Button>
      </div>
    </li>
  );
}

function Withdrawal({ place, file, onClose }: { place: FilesPlace; file: ClueFile; onClose: () => void }) {
  const withdraw = useMutation({
    mutationFn: (reason: string) =>
      callApi(z.unknown(), `${place.path}/files/${encodeURIComponent(file.id)}/withdraw`, {
        method: 'POST',
        body: { reason, ...(place.forId !== undefined && { forId: place.forId }) },
      }),
    onSuccess: async (after) => {
      onClose();
      await place.changed(after);
    },
  });
  return (
    <>
      <p className={styles['soft']}>撤回“{file.name}”后，内容仍留存备查，办理经过里写明谁、为什么撤回。</p>
      <ReasonForm
        placeholder="例如：传错了文件"
        error={withdraw.error}
        isPending={withdraw.isPending}
        actions={[{ label: '确认撤回', isMain: true, onClick: (reason) => withdraw.mutate(reason) }]}
      />
    </>
  );
}
