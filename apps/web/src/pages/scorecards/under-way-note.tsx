import { underWayText, type Scorecard } from '@tianyan/console-app/api';
import { Alert } from 'antd';
import { instantText } from '../../format/time.js';

/** Above figures of which those of findings still change, because rules have not been judged over everything. */
export function UnderWayNote({ underWay, countedAtMs }: Pick<Scorecard, 'underWay' | 'countedAtMs'>) {
  return underWay === null ? null : (
    <Alert
      role="status"
      type="warning"
      showIcon
      title={underWayText(underWay)}
      description={`下列数字截至 ${instantText(countedAtMs)}。`}
    />
  );
}
