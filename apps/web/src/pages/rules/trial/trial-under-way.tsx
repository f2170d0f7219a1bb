import { Alert } from 'antd';
import { numberText } from '../../../format/number.js';

const WAIT = '等规则列表里不再写“待研判”“正在用它研判”时再算一次才准。';

/** What stands of the rule that was compared was not all there yet, so that what would come and go is not to be relied on. */
export function TrialUnderWay({ underWay }: { underWay: boolean }) {
  return underWay ? (
    <Alert
      type="warning"
      showIcon
      title={`这条规则（或它所依据的疑点）还没研判完已有记录，现有疑点不全，“新增”“多出”“少掉”“不再成立”的数目不作数。${WAIT}`}
    />
  ) : null;
}

/** The same of several rules that are switched at once. */
export function RulesUnderWay({ count, of }: { count: number; of: number }) {
  return count > 0 ? (
    <Alert
      type="warning"
      showIcon
      title={`其中 ${numberText(count)} 条规则（共 ${numberText(of)} 条）还没研判完已有记录，现有疑点不全，它们的数目和合计不作数。${WAIT}`}
    />
  ) : null;
}
