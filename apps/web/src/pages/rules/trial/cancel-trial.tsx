import { Button } from 'antd';
import type { useTrial } from './use-trial.js';

/** Nothing can be taken back before the server has said what was begun. */
export function CancelTrial({ trying: { isBegun, isCancelling, cancel } }: { trying: ReturnType<typeof useTrial> }) {
  return (
    <Button size="small" disabled={!isBegun} onClick={cancel} loading={isCancelling}>
      取消这次
    </Button>
  );
}
