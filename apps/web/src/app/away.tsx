import { Button } from 'antd';
import { useEffect, useSyncExternalStore } from 'react';
import { askForServer, currentConnection, onConnection } from '../device/connection.js';

/** Opened from the device: who is signed in is not known, so nothing of anybody is shown. */
export default function Away({ onBack }: { onBack: () => void }) {
  const connection = useSyncExternalStore(onConnection, currentConnection);
  useEffect(() => {
    if (connection === 'open') onBack();
    else return askForServer();
    return undefined;
  }, [connection, onBack]);
  const why = connection === 'no-network' ? '没有网络，' : '连不上服务器，正在重新连接……';
  return (
    <div role="status" className="boot">
      <p>{`${why}连上以后自动打开`}</p>
      <p>存在本机的“待发送”步骤和附件，连上以后接着发送。</p>
      <Button onClick={onBack}>再试一次</Button>
    </div>
  );
}
