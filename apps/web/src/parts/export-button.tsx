import { DownloadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import type { Action, DocumentFormat } from '@tianyan/console-app/api';
import { App, Button, Modal } from 'antd';
import { useState } from 'react';
import { callFile } from '../api/client.js';
import { saveFile } from '../api/save-file.js';
import { useMay } from '../app/session.js';
import { ReasonForm } from './reason-form.js';

/** Takes what a page shows out of the platform as a file, with a reason; only for whoever may. */
export function ExportButton(props: {
  title: string;
  /** Of the button, where a page has several. */
  label?: string;
  /** Of the export's route. */
  path: string;
  /** As the page is narrowed. */
  query: Readonly<Record<string, string | number | undefined>>;
  /** What of the role lets export; `export` where nothing is said. */
  action?: Action;
  /** A document, which there is as Word and as PDF; else it is the list of the page. */
  isDocument?: boolean;
  /** What is taken out, where it is neither. */
  content?: string;
}) {
  const { title, label = '导出', path, query, action = 'export', isDocument = false } = props;
  const { content = isDocument ? '按文书模板' : '按页面现在的条件' } = props;
  const [open, setOpen] = useState(false);
  const { message } = App.useApp();
  const made = useMutation({
    mutationFn: (body: { reason: string; format?: DocumentFormat }) => callFile(path, { method: 'POST', query, body }),
    onSuccess: ({ name, content }) => {
      saveFile(name, content);
      setOpen(false);
      void message.success(`已导出 ${name}`);
    },
  });
  if (!useMay(action)) return null;
  return (
    <>
      <Button icon={<DownloadOutlined />} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Modal open={open} onCancel={() => setOpen(false)} footer={null} title={title} destroyOnHidden afterClose={made.reset}>
        <p style={{ color: 'var(--ink-soft)', marginBottom: 12 }}>
          {content}导出，个人信息照页面遮蔽。谁、什么时候、为什么导出，写在文件里，也记入操作日志。
        </p>
        <p role="status" style={{ marginBottom: made.isPending ? 12 : 0 }}>
          {made.isPending ? '正在生成，数据多时要几十秒，请不要关闭本页……' : ''}
        </p>
        <ReasonForm
          placeholder="例如：季度督查核对"
          error={made.error}
          isPending={made.isPending}
          actions={
            isDocument
              ? [
                  { label: '导出 Word', isMain: true, onClick: (reason) => made.mutate({ reason, format: 'word' }) },
                  { label: '导出 PDF', onClick: (reason) => made.mutate({ reason, format: 'pdf' }) },
                ]
              : [{ label: '导出', isMain: true, onClick: (reason) => made.mutate({ reason }) }]
          }
        />
      </Modal>
    </>
  );
}
