import type { RulePackSummary } from '@tianyan/console-app/api';
import { Button } from 'antd';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { MachineTime } from '../../parts/machine-time.js';
import { Panel } from '../../parts/panel.js';
import styles from './pack-switches.module.css';
import { RuleState } from './rule-state.js';
import type { Switchable } from './switch-dialog.js';

/** Packs of rules, each with its switch. */
export function PackSwitches(props: {
  packs: readonly RulePackSummary[];
  labelOf: (source: string) => string;
  /** Findings of the pack's rules that nobody has decided about. */
  openOf: (pack: RulePackSummary['pack']) => number;
  onSwitch: (target: Switchable) => void;
}) {
  const maySwitch = useMay('switch-rules');
  return (
    <Panel title="规则包" note="一次开关一整包；规则要和它所在的包都启用才研判">
      <ul className={styles['packs']}>
        {props.packs.map(({ pack, label, ruleCount, switch: current }) => (
          <li key={pack}>
            <span className={styles['name']}>
              {label}（{numberText(ruleCount)} 条）
            </span>
            <span>
              <RuleState rule={{ runs: current.enabled, limitedTo: current.sources && current.sources.map(props.labelOf) }} />
            </span>
            <span className={styles['by']}>
              {current.setBy ? (
                <>
                  {current.setBy.account} <MachineTime atMs={current.setBy.atMs} />：{current.setBy.reason}
                </>
              ) : null}
            </span>
            {maySwitch ? (
              <Button
                size="small"
                onClick={() =>
                  props.onSwitch({
                    path: `packs/${pack}/switch`,
                    title: label,
                    current,
                    open: props.openOf(pack),
                    rule: null,
                    together: { pack },
                    isOffByPack: false,
                  })
                }
              >
                开关
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
