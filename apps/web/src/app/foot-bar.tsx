import { Button } from 'antd';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { askForServer, currentConnection, onConnection } from '../device/connection.js';
import { keepsDraft, onDrafts } from '../device/drafts.js';
import { keepShell, type NewVersion } from '../device/shell.js';
import { awayWords } from './away-words.js';
import styles from './foot-bar.module.css';
import { useUnsentSteps } from './unsent-steps.js';
import { useKeptFiles } from './unsent-files.js';
import { UnsentDrawer } from './unsent-drawer.js';

/** What everybody has to know of the way to the server, at the foot of the screen: nothing on the page moves when it comes. */
export function FootBar() {
  const connection = useSyncExternalStore(onConnection, currentConnection);
  const isKept = useSyncExternalStore(onDrafts, keepsDraft);
  const [version, setVersion] = useState<NewVersion | null>(null);
  const [isOpen, setOpen] = useState(false);
  useReconnect(connection === 'open');
  useEffect(() => keepShell(setVersion), []);
  return (
    <div className={styles['bar']}>
      {connection === 'open' ? null : (
        <p role="status" className={styles['away']}>
          {awayWords(connection, isKept)}
        </p>
      )}
      <UnsentLine onOpen={() => setOpen(true)} />
      {version === null ? null : (
        <p role="status" className={styles['notice']}>
          有新版本。没有写完的内容请先提交或记下，再更新。
          <Button size="small" onClick={version.open}>
            更新
          </Button>
        </p>
      )}
      <UnsentDrawer open={isOpen} onClose={() => setOpen(false)} />
    </div>
  );
}

/** How much waits to be sent, and whether something was refused. */
function UnsentLine({ onOpen }: { onOpen: () => void }) {
  const { steps } = useUnsentSteps();
  const files = useKeptFiles();
  if (steps.length + files.length === 0) return null;
  const refusedSteps = steps.filter(({ refusal }) => refusal !== null).length;
  const refusedFiles = files.filter(({ state }) => state === 'refused').length;
  const parts = [
    [steps.length - refusedSteps, (count: number) => `待发送 ${count} 条`],
    [files.length - refusedFiles, (count: number) => `待上传附件 ${count} 个`],
    [refusedSteps, (count: number) => `${count} 条没有被受理`],
    [refusedFiles, (count: number) => `${count} 个附件没有被受理`],
  ] as const;
  const said = parts.flatMap(([count, words]) => (count > 0 ? [words(count)] : []));
  return (
    <p role="status" className={refusedSteps + refusedFiles > 0 ? styles['refused'] : styles['notice']}>
      {said.join('，')}
      <Button size="small" onClick={onOpen}>
        查看
      </Button>
    </p>
  );
}

/** Asks until the server is back, and then reads anew what is shown: a failure that stands on the page is over. */
function useReconnect(isOpen: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (isOpen) return undefined;
    const stop = askForServer();
    return () => {
      stop();
      void client.invalidateQueries();
    };
  }, [isOpen, client]);
}
