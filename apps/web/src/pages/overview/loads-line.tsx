import { HourglassOutlined, WarningFilled } from '@ant-design/icons';
import type { Overview } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { numberText } from '../../format/number.js';
import styles from './loads-line.module.css';

/** Why what was just brought shows no findings yet; nothing while nothing is being loaded. */
export function LoadsLine({ loads }: { loads: Overview['loads'] }) {
  if (loads.open === 0) return null;
  const isTroubled = loads.troubled > 0;
  return (
    <p role="status" className={`${styles['line']} ${isTroubled ? styles['troubled'] : ''}`}>
      <span aria-hidden="true">{isTroubled ? <WarningFilled /> : <HourglassOutlined />}</span>
      <span>
        正在载入 {numberText(loads.open)} 批历史数据，载完后统一研判
        {isTroubled ? `；其中 ${numberText(loads.troubled)} 批不正常，需要处理` : ''}。<Link to="/sources">查看</Link>
      </span>
    </p>
  );
}
