import { Tooltip } from 'antd';
import { clockText, dayText, instantText } from '../format/time.js';
import { useOverview } from '../pages/overview/overview-query.js';
import styles from './county-time.module.css';

/** The time for which the data speak. A simulated county has its own, and must not be mistaken for today. */
export function CountyTime() {
  const { data } = useOverview();
  if (!data) return null;
  const explanation = data.simulated
    ? `正在演示模拟的县：数据与研判都按演示县时间进行。此刻的真实时间是${instantText(data.machineNowMs)}。`
    : '数据与研判所依据的时间';
  return (
    <Tooltip title={explanation}>
      <p className={styles['time']} tabIndex={data.simulated ? 0 : -1}>
        {data.simulated ? <span className={styles['mark']}>演示县时间</span> : null}
        <span className="num">
          <span className={styles['day']}>{dayText(data.countyNowMs)} </span>
          {clockText(data.countyNowMs)}
        </span>
      </p>
    </Tooltip>
  );
}
