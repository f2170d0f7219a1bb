import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { dutyMonthSchema, type DutyMonth } from '@tianyan/console-app/api';
import { Alert, Button } from 'antd';
import { Link, useParams, useSearchParams } from 'react-router';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { Loaded } from '../../parts/loaded.js';
import { PageHeading } from '../../parts/page-heading.js';
import { Panel } from '../../parts/panel.js';
import { DutyCalendar } from './duty-calendar.js';
import { dayText, monthAfter } from './duty-days.js';
import { DutyHoursForm } from './duty-hours-form.js';
import styles from './duty-page.module.css';

/** 值班表 of one team: who is told outside its hours, by month. */
export default function DutyPage() {
  const { id = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const month = search.get('month');
  const query = useQuery({
    queryKey: keys.duty(id, month),
    queryFn: ({ signal }) =>
      callApi(
        dutyMonthSchema,
        `/teams/${encodeURIComponent(id)}/duty${month === null ? '' : `?month=${encodeURIComponent(month)}`}`,
        { signal },
      ),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeading
        title={query.data ? `值班表：${query.data.teamName}` : '值班表'}
        lead="上班时间的预警发给全组，下班时间和节假日的只发给当天值班的人。"
        extra={<Link to="/teams">回到监督组</Link>}
      />
      <Loaded query={query}>
        {(duty) => (
          <>
            <div className={styles['panels']}>
              <Panel title="此刻会通知谁">
                <Now duty={duty} />
              </Panel>
              <Panel title="上班时间">
                <DutyHoursForm key={JSON.stringify(duty.hours)} teamId={id} stored={duty.hours} />
              </Panel>
            </div>
            <Panel
              title={`${duty.month.replace('-', ' 年 ')} 月`}
              extra={
                <span className={styles['months']}>
                  <Button size="small" onClick={() => setSearch({ month: monthAfter(duty.month, -1) })}>
                    上个月
                  </Button>
                  <Button size="small" onClick={() => setSearch({ month: monthAfter(duty.month, 1) })}>
                    下个月
                  </Button>
                </span>
              }
            >
              <DutyCalendar teamId={id} duty={duty} />
            </Panel>
          </>
        )}
      </Loaded>
    </>
  );
}

function Now({ duty: { hours, members, now } }: { duty: DutyMonth }) {
  const nobody = members.length === 0 ? '本组还没有成员，没有人会收到' : '组里没有能通知到的人，没有人会收到';
  const names = now.told.length === 0 ? nobody : now.told.join('、');
  return (
    <>
      {now.isNobodyOnDuty && now.day !== null ? (
        <Alert
          showIcon
          type="warning"
          title={`${dayText(now.day)}没有能通知到的值班人员，发给${now.passedOver.length === 0 ? '全组' : '组里其余的人'}`}
          className={styles['warning'] ?? ''}
        />
      ) : null}
      <p>{whyNow(hours !== null, now)}</p>
      <p className="wrap-anywhere">
        <b>{names}</b>
      </p>
      {now.passedOver.map(({ id, displayName, passedOver }) => (
        <p key={id}>
          {displayName}：{passedOver}
        </p>
      ))}
    </>
  );
}

function whyNow(hasRoster: boolean, { isAtWork, isNobodyOnDuty }: DutyMonth['now']): string {
  if (!hasRoster) return '没有启用值班表，任何时候都发给全组：';
  if (isAtWork) return '现在是上班时间，发给全组：';
  return isNobodyOnDuty ? '现在是下班时间：' : '现在是下班时间，发给值班的人：';
}
