import type { Overview } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { MachineTime } from '../../parts/machine-time.js';
import { DriftDial } from '../../parts/drift-dial.js';
import { Panel } from '../../parts/panel.js';
import styles from './drift-panel.module.css';

export function DriftPanel({ drift }: { drift: Overview['drift'] }) {
  const total = drift.findings + drift.wakeUps;
  return (
    <Panel title="漂移" note="实时结果与全量巡检的差异" extra={<Link to="/sweeps">巡检</Link>}>
      <div className={styles['panel']}>
        <DriftDial drift={drift.lastSweepAtMs === null ? null : total} />
        <p className={styles['text']}>
          {drift.lastSweepAtMs === null ? '还没有做过对账巡检。系统每晚自动做一次，之后显示结果。' : explain(drift)}
        </p>
        {drift.lastSweepAtMs === null ? null : (
          <p className={`${styles['when']} num`}>
            上次对账巡检：
            <MachineTime atMs={drift.lastSweepAtMs} />
          </p>
        )}
      </div>
    </Panel>
  );
}

function explain(drift: Overview['drift']): string {
  if (drift.findings + drift.wakeUps === 0) return '实时结果与全量巡检完全一致';
  return `疑点差异 ${drift.findings} 处，到期唤醒差异 ${drift.wakeUps} 处。请到“巡检与漂移”查看并报告管理员。`;
}
