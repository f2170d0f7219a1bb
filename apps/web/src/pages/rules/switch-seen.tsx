import { MAX_REASON_CHARS, reasonSchema, type RulePack } from '@tianyan/console-app/api';
import { Alert, Button, Input } from 'antd';
import { useId, useState, type ReactNode } from 'react';
import { saysSomething, SwitchPreview } from './switch-preview.js';
import { useTrial } from './trial/use-trial.js';

/** Rules that one switch is about: a pack, or some that a person has chosen. */
export type SwitchedTogether = { pack: RulePack } | { ruleIds: readonly string[] };

interface Seen {
  /** Nothing is saved without it. */
  isMissing: boolean;
  /** What goes with the request. */
  sent: { preview?: string; unseenReason?: string };
  field: ReactNode;
}

/**
 * What several rules would find and lose is looked at before they are let run, or said why not; nothing is asked of one rule (`of` null), and
 * nothing of rules that are to stop: they could stand in the queue of trials while they accuse wrongly.
 */
export function useSeenSwitch(of: SwitchedTogether | null, to: { enabled: boolean; sources: readonly string[] | null }): Seen {
  const trying = useTrial('/rules/switch/trials', ({ yaml }): unknown => JSON.parse(yaml));
  const [reason, setReason] = useState('');
  if (of === null) return { isMissing: false, sent: {}, field: null };
  const asked = JSON.stringify({ ...of, ...to });
  const preview = trying.yaml === asked && trying.trial?.loads !== 'taken-in' ? trying.trial?.switched : null;
  const isSeen = preview ? saysSomething(preview) : false;
  const asksNothing = !to.enabled;
  return {
    isMissing: !asksNothing && !(isSeen && reason.trim() === '') && !reasonSchema.safeParse(reason).success,
    sent: asksNothing ? {} : sentOf(isSeen ? trying.trial?.id : undefined, reason.trim()),
    field: (
      <>
        {asksNothing ? <Alert type="info" showIcon title={STOPS_AT_ONCE} style={{ marginBottom: 12 }} /> : null}
        <div style={{ marginBottom: 12 }}>
          <Button
            type={isSeen || asksNothing ? 'default' : 'primary'}
            loading={trying.isBusy}
            onClick={() => {
              setReason('');
              trying.begin(asked);
            }}
          >
            先算会增减哪些疑点
          </Button>
        </div>
        <SwitchPreview trying={trying} isOutdated={trying.yaml !== asked} />
        {asksNothing ? null : <UnseenReason isSeen={isSeen} value={reason} onChange={setReason} />}
      </>
    ),
  };
}

const STOPS_AT_ONCE = '停用不用等测算：写明理由就能保存，保存即停。要先看会少掉哪些疑点，再点下面的按钮。';

function sentOf(preview: string | undefined, unseenReason: string): Seen['sent'] {
  return preview !== undefined && unseenReason === '' ? { preview } : { unseenReason };
}

/** It stays with the entry in the audit log. */
function UnseenReason({ isSeen, value, onChange }: { isSeen: boolean; value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div style={{ marginBottom: 12 }}>
      <label htmlFor={id}>
        {isSeen
          ? '为什么不再看就开关（一般不用写；保存时提示要再看一次，而等不及的，才写）'
          : '为什么不看就开关（没有看过这次的结果，不写不能保存；会留在操作日志里）'}
      </label>
      <Input.TextArea
        id={id}
        rows={2}
        maxLength={MAX_REASON_CHARS}
        placeholder="例如：误报太多，先停下再核对"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
