import { useMutation, useQueryClient } from '@tanstack/react-query';
import { doneSchema, type DutyDay, type DutyMonth, type SaveDutyRequest } from '@tianyan/console-app/api';
import { App, Button, Tag } from 'antd';
import { useState } from 'react';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { dayText, weekdayText, weeksOf, type DutyWeek } from './duty-days.js';
import { DutyDialog, type FilledDays } from './duty-dialog.js';
import styles from './duty-page.module.css';

/** A month by weeks: a day is filled by a click, a week at once, or as the week before. */
export function DutyCalendar({ teamId, duty }: { teamId: string; duty: DutyMonth }) {
  const [filled, setFilled] = useState<FilledDays | null>(null);
  const save = useSaveDuty(teamId);
  const memberIds = new Set(duty.members.map(({ id }) => id));
  return (
    <>
      {weeksOf(duty.days).map((week) => (
        <Week
          key={week.days[0]?.day}
          week={week}
          month={duty.month}
          memberIds={memberIds}
          isSaving={save.isPending}
          onFill={setFilled}
          onSave={(body) => save.mutate(body)}
        />
      ))}
      {filled === null ? null : (
        <DutyDialog
          filled={filled}
          members={duty.members}
          isSaving={save.isPending}
          onSave={(body) => save.mutate(body, { onSuccess: () => setFilled(null) })}
          onClose={() => setFilled(null)}
        />
      )}
    </>
  );
}

function Week({
  week: { days, before },
  month,
  memberIds,
  isSaving,
  onFill,
  onSave,
}: {
  week: DutyWeek;
  month: string;
  memberIds: ReadonlySet<string>;
  isSaving: boolean;
  onFill: (filled: FilledDays) => void;
  onSave: (body: SaveDutyRequest) => void;
}) {
  const open = days.filter(({ isOver }) => !isOver);
  const [first, last] = [days[0]?.day ?? '', days.at(-1)?.day ?? ''];
  const range = `${dayText(first)}至 ${dayText(last)}`;
  const copied = open.map(({ day }) => ({
    day,
    userIds: membersOn(before[days.findIndex((one) => one.day === day)], memberIds),
  }));
  return (
    <section aria-label={range} className={styles['week']}>
      <header className={styles['week-head']}>
        <span>{range}</span>
        {open.length === 0 ? null : (
          <span className={styles['months']}>
            <Button
              size="small"
              aria-label={`填这一周：${range}`}
              onClick={() => onFill({ title: range, days: open.map(({ day }) => day), userIds: membersOn(open[0], memberIds) })}
            >
              填这一周
            </Button>
            <Button
              size="small"
              aria-label={`${range}照抄上一周`}
              loading={isSaving}
              disabled={copied.every(({ userIds }) => userIds.length === 0)}
              onClick={() => onSave({ days: copied })}
            >
              照抄上一周
            </Button>
          </span>
        )}
      </header>
      <div className={styles['days']}>
        {days.map((day, index) => (
          <Day
            key={day.day}
            day={day}
            weekday={weekdayText(index)}
            isOfMonth={day.day.startsWith(month)}
            onFill={() => onFill({ title: dayText(day.day), days: [day.day], userIds: membersOn(day, memberIds) })}
          />
        ))}
      </div>
    </section>
  );
}

function Day({
  day: { day, isOver, isWorkingDay, persons },
  weekday,
  isOfMonth,
  onFill,
}: {
  day: DutyDay;
  weekday: string;
  isOfMonth: boolean;
  onFill: () => void;
}) {
  return (
    <button
      type="button"
      className={`${styles['day']} ${isOfMonth ? '' : styles['other-month']}`}
      disabled={isOver}
      onClick={onFill}
    >
      <span className={styles['date']}>
        {dayText(day)} {weekday} {isWorkingDay ? null : <Tag>休</Tag>}
      </span>
      {persons.map(({ id, displayName, passedOver }) => (
        <span key={id} className="wrap-anywhere">
          {displayName}
          {passedOver === null ? null : <em className={styles['passed-over']}>（{passedOver}）</em>}
        </span>
      ))}
      {persons.length > 0 ? null : <span className={styles['nobody']}>{isOver ? '没有排班' : '没有排班，通知全组'}</span>}
    </button>
  );
}

/** Who left the team meanwhile cannot be put down again. */
function membersOn(day: DutyDay | undefined, memberIds: ReadonlySet<string>): string[] {
  return (day?.persons ?? []).map(({ id }) => id).filter((id) => memberIds.has(id));
}

function useSaveDuty(teamId: string) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (body: SaveDutyRequest) =>
      callApi(doneSchema, `/teams/${encodeURIComponent(teamId)}/duty`, { method: 'PUT', body }),
    onSuccess: () => void message.success('已保存'),
    onError: (error) => void message.error(error.message),
    onSettled: () => client.invalidateQueries({ queryKey: keys.dutyOf(teamId) }),
  });
}
