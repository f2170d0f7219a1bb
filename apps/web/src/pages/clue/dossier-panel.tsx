import { useMutation, useQuery } from '@tanstack/react-query';
import { dossierKeySchema, OMISSION_LABELS, OMISSIONS, omissionsOf, sizeText, type ClueFile } from '@tianyan/console-app/api';
import { App, Button, Checkbox, Modal } from 'antd';
import { useState } from 'react';
import { callApi, callFile } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { saveFile } from '../../api/save-file.js';
import { useMay } from '../../app/session.js';
import { Panel } from '../../parts/panel.js';
import { ReasonForm } from '../../parts/reason-form.js';
import styles from './clue-page.module.css';

/** All that the platform knows of a clue, as a sealed file for whoever takes it over; only for whoever may take files out. */
export function DossierPanel({ clueId, files }: { clueId: string; files: readonly ClueFile[] }) {
  const [open, setOpen] = useState(false);
  if (!useMay('export')) return null;
  return (
    <Panel title="卷宗">
      <p className={styles['soft']}>
        疑点、证据、规则、办理经过、附件和操作日志，连同一份文书（Word 和
        PDF，内容相同），封在一个压缩包里；封存之后改动了哪里，都核验得出来。
      </p>
      <div className={styles['buttons']}>
        <Button block onClick={() => setOpen(true)}>
          导出卷宗
        </Button>
      </div>
      <Modal open={open} onCancel={() => setOpen(false)} footer={null} title="导出卷宗" destroyOnHidden>
        <DossierForm clueId={clueId} files={files} onDone={() => setOpen(false)} />
      </Modal>
    </Panel>
  );
}

function DossierForm({ clueId, files, onDone }: { clueId: string; files: readonly ClueFile[]; onDone: () => void }) {
  const { message } = App.useApp();
  const mayReveal = useMay('reveal-personal-data');
  const [uncovered, setUncovered] = useState(false);
  const made = useMutation({
    mutationFn: (reason: string) =>
      callFile(`/clues/${encodeURIComponent(clueId)}/dossier`, { method: 'POST', body: { reason, uncovered } }),
    onSuccess: ({ name, content }) => {
      saveFile(name, content);
      onDone();
      void message.success(`已导出 ${name}`);
    },
  });
  return (
    <>
      {mayReveal ? (
        <Checkbox checked={uncovered} onChange={(event) => setUncovered(event.target.checked)} style={{ marginBottom: 12 }}>
          含未遮蔽的个人信息（每条记录计入每天查看的上限，逐条记入操作日志）
        </Checkbox>
      ) : null}
      <ContainedFiles files={files} uncovered={uncovered} />
      <p role="status" style={{ marginBottom: made.isPending ? 12 : 0 }}>
        {made.isPending ? '正在生成，证据多时要几十秒，请不要关闭本页……' : ''}
      </p>
      <ReasonForm
        placeholder="例如：移送县纪委审查调查室"
        error={made.error}
        isPending={made.isPending}
        actions={[{ label: '导出', isMain: true, onClick: made.mutate }]}
      />
      <SealKey />
    </>
  );
}

/** What of the files will be in the dossier, before it is asked for: whoever hands it over must not think it whole where it is not. */
function ContainedFiles({ files, uncovered }: { files: readonly ClueFile[]; uncovered: boolean }) {
  if (files.length === 0) return null;
  const chosen = omissionsOf(files, uncovered);
  const contained = chosen.filter(({ omission }) => omission === null);
  const bytes = contained.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  return (
    <div className={styles['soft']} style={{ marginBottom: 12 }} data-testid="dossier-files">
      附件：{contained.length === 0 ? '一个也不含' : `含 ${contained.length} 个，共 ${sizeText(bytes)}`}
      {OMISSIONS.map((omission) => {
        const named = chosen.filter((one) => one.omission === omission).map(({ file }) => file.name);
        return named.length === 0 ? null : (
          <div key={omission}>
            不含 {named.join('、')}（{OMISSION_LABELS[omission]}）
          </div>
        );
      })}
    </div>
  );
}

/** Whoever gets a dossier compares it with what they were told of the key by another way. */
function SealKey() {
  const { data } = useQuery({
    queryKey: keys.dossierKey,
    queryFn: ({ signal }) => callApi(dossierKeySchema, '/dossier-key', { signal }),
  });
  if (!data) return null;
  return (
    <p className={styles['soft']} style={{ marginTop: 16 }}>
      卷宗公钥指纹：<span className="num">{data.fingerprint}</span>
      <Button type="link" size="small" onClick={() => saveFile('dossier-key.pem', new Blob([data.publicKey]))}>
        下载公钥
      </Button>
      ，请另行交给接收卷宗的人。
    </p>
  );
}
