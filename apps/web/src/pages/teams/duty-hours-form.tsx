import { useMutation, useQueryClient } from '@tanstack/react-query';
import { doneSchema, dutyHoursSchema, type DutyHours, type SaveDutyHoursRequest } from '@tianyan/console-app/api';
import { Alert, App, Button, Checkbox, Input } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import styles from './duty-page.module.css';

/** As most counties work; it can be changed. */
const USUAL: DutyHours = { from: '08:30', to: '17:30' };

/** From when to when all of the team is told on a working day; off: at any time. */
export function DutyHoursForm({ teamId, stored }: { teamId: string; stored: DutyHours | null }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [hours, setHours] = useState(stored);
  const save = useMutation({
    mutationFn: (body: SaveDutyHoursRequest) =>
      callApi(doneSchema, `/teams/${encodeURIComponent(teamId)}/duty/hours`, { method: 'PUT', body }),
    onSuccess: async () => {
      void message.success('已保存');
      await client.invalidateQueries({ queryKey: keys.dutyOf(teamId) });
    },
  });
  const checked = dutyHoursSchema.nullable().safeParse(hours);
  const problem = checked.success ? save.error?.message : checked.error.issues[0]?.message;
  return (
    <div className={styles['hours']}>
      {problem === undefined ? null : <Alert role="alert" showIcon type="error" title={problem} />}
      <Checkbox checked={hours !== null} onChange={({ target }) => setHours(target.checked ? (stored ?? USUAL) : null)}>
        按值班表通知
      </Checkbox>
      {hours === null ? null : (
        <div className={styles['months']}>
          <Time label="上班" value={hours.from} onChange={(from) => setHours({ ...hours, from })} />
          至
          <Time label="下班" value={hours.to} onChange={(to) => setHours({ ...hours, to })} />
        </div>
      )}
      <p>
        哪天上班按放假安排算：调休上班的周末算上班，节假日不算。选了“是谁的”的邮件和短信，下班时间只在这个人值班时发；群消息等全组的渠道不看值班表，只看免打扰。
      </p>
      <div>
        <Button
          disabled={!checked.success || JSON.stringify(hours) === JSON.stringify(stored)}
          loading={save.isPending}
          onClick={() => save.mutate({ hours })}
        >
          保存
        </Button>
      </div>
    </div>
  );
}

function Time({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <Input
      type="time"
      aria-label={label}
      style={{ width: 120 }}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
