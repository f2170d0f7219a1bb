import { Alert, Button, Drawer, Popconfirm, Space } from 'antd';
import { Link } from 'react-router';
import { saveFile } from '../api/save-file.js';
import { isOfSubject, type FileOnItsWay } from '../device/unsent-files.js';
import type { UnsentStep } from '../device/unsent-steps.js';
import { useAllUnsentFiles, useKeptFiles } from './unsent-files.js';
import { useUnsentSteps } from './unsent-steps.js';
import styles from './unsent-drawer.module.css';

/** What waits to be sent, in its order, and what the server refused, with what was typed. */
export function UnsentDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { steps, cancel } = useUnsentSteps();
  const files = useKeptFiles();
  const unsentFiles = useAllUnsentFiles();
  return (
    <Drawer
      open={open && steps.length + files.length > 0}
      onClose={onClose}
      title="待发送"
      placement="right"
      size={400}
      destroyOnHidden
    >
      <p className={styles['soft']}>网络恢复后先传附件，再按先后自动发送，重复发送也只办一次。退出登录会清除这里的内容。</p>
      <ul className={styles['list']} aria-label="待发送">
        {files.map((file) => (
          <UnsentFileItem key={file.id} file={file} onClose={onClose} onCancel={() => unsentFiles.cancel(file.id)} />
        ))}
        {steps.map((step) => (
          <Unsent
            key={step.key}
            step={step}
            heldBy={files.filter((file) => isOfSubject(file, step))}
            onClose={onClose}
            onCancel={() => cancel(step.key)}
          />
        ))}
      </ul>
    </Drawer>
  );
}

function UnsentFileItem({ file, ...on }: { file: FileOnItsWay; onClose: () => void; onCancel: () => void }) {
  const isRefused = file.state === 'refused';
  const action = isRefused ? '删除' : '取消上传';
  return (
    <li className={styles['item']}>
      <Link to={file.page} onClick={on.onClose}>
        附件：{file.file.name}
      </Link>
      {file.message === null ? null : (
        <Alert
          role={isRefused ? 'alert' : 'status'}
          type={isRefused ? 'error' : 'warning'}
          showIcon
          title={isRefused ? `没有被受理：${file.message}` : file.message}
        />
      )}
      <Space>
        {/* A photograph that was taken here is nowhere else. */}
        <Button size="small" onClick={() => saveFile(file.file.name, file.file)}>
          另存
        </Button>
        <Popconfirm title={`${action}？本机不再保存这个附件。`} okText={action} cancelText="不" onConfirm={on.onCancel}>
          <Button size="small">{action}</Button>
        </Popconfirm>
      </Space>
    </li>
  );
}

function Unsent(props: { step: UnsentStep; heldBy: readonly FileOnItsWay[]; onClose: () => void; onCancel: () => void }) {
  const { step, heldBy, onClose, onCancel } = props;
  const { label, page, lines, refusal } = step;
  const action = refusal === null ? '取消发送' : '删除';
  return (
    <li className={styles['item']}>
      <Link to={page} onClick={onClose}>
        {label}
      </Link>
      {refusal === null ? null : <Alert role="alert" type="error" showIcon title={refusal} />}
      {refusal === null && heldBy.length > 0 ? <p className={styles['line']}>{heldWords(heldBy)}</p> : null}
      {lines.map((line) => (
        <p key={line} className={styles['line']}>
          {line}
        </p>
      ))}
      <Popconfirm title={`${action}这一条？填写的内容还在原来的页面上。`} okText={action} cancelText="不" onConfirm={onCancel}>
        <Button size="small">{action}</Button>
      </Popconfirm>
    </li>
  );
}

function heldWords(files: readonly FileOnItsWay[]): string {
  return files.some(({ state }) => state === 'refused')
    ? '先不发送：有附件没有被受理，请看过原因，重新上传或删除后自动发送。'
    : '等附件传完再发送。';
}
