import type { RuleTrial } from '@tianyan/console-app/api';
import { Alert } from 'antd';

const WORDS = {
  open: '正在成批载入数据（文件、首次拉取等），这些数据会带来、去掉的疑点这里没有算全；载入完以后再算一次才准。',
  'taken-in': '开始算以后，又有成批的数据载入完毕，下面的结果可能已经不同：要按结果保存，请再算一次。',
} as const;

/** What came in beside a trial, by which it is not the whole or not so any more. */
export function TrialLoads({ loads }: Pick<RuleTrial, 'loads'>) {
  return loads === 'none' ? null : <Alert type="warning" showIcon title={WORDS[loads]} />;
}
