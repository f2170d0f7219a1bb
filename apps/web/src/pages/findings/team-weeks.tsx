import { useQuery } from '@tanstack/react-query';
import type { TeamWeek } from '@tianyan/console-app/api';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import { numberText } from '../../format/number.js';
import { readFilter, writeFilter, type FindingFilter } from './finding-filter.js';
import { teamWeeksQuery } from './finding-queries.js';
import styles from './team-weeks.module.css';

/**
 * Who belongs to a team with a budget begins with what it has taken on this week: an address that says nothing is that of somebody who
 * has just come. True until it is known whether that is so.
 */
export function useOwnWeekFirst(): boolean {
  const [search, setSearch] = useSearchParams();
  const weeks = useQuery(teamWeeksQuery);
  const team = weeks.data?.items.find(({ own }) => own)?.teamId;
  const isArriving = search.size === 0;
  useEffect(() => {
    if (!isArriving || team === undefined) return;
    const none = readFilter(new URLSearchParams());
    setSearch(writeFilter({ ...none, status: ['open'], team, place: 'week' }), { replace: true });
  }, [isArriving, team, setSearch]);
  return isArriving && (weeks.isPending || team !== undefined);
}

interface Props {
  filter: FindingFilter;
  change: (part: Pick<FindingFilter, 'team' | 'place' | 'status' | 'aside'>) => void;
}

/** The week of each team that has a budget: what it has taken on, and how much stands behind that, which is never hidden. */
export function TeamWeeks({ filter, change }: Props) {
  const weeks = useQuery(teamWeeksQuery);
  const items = (weeks.data?.items ?? []).filter(
    ({ own, teamId }) => own || teamId === filter.team || !hasOwn(weeks.data?.items),
  );
  return items.map((week) => <Week key={week.teamId} week={week} filter={filter} change={change} />);
}

const hasOwn = (items: readonly TeamWeek[] | undefined) => items?.some(({ own }) => own) ?? false;

function Week({ week, filter, change }: Props & { week: TeamWeek }) {
  const shown = filter.team === week.teamId ? filter.place || 'both' : null;
  const choices = [
    { place: 'week', label: `本周 ${numberText(week.open)} 件`, note: null },
    {
      place: 'behind',
      label: `排在后面 ${numberText(week.behind)} 件`,
      note: week.behindRed > 0 ? `其中红色 ${numberText(week.behindRed)} 件` : null,
    },
    { place: 'both', label: '本组全部', note: null },
  ];
  return (
    <div className={styles['week']} role="group" aria-label={`${week.teamName} 本周`}>
      <span className={styles['name']}>
        {week.teamName}
        <span className={styles['budget']}>每周 {numberText(week.weeklyBudget)} 件，按风险排</span>
      </span>
      {choices.map(({ place, label, note }) => (
        <button
          key={place}
          type="button"
          className={styles['choice']}
          aria-pressed={shown === place}
          onClick={() =>
            change(
              shown === place
                ? { team: '', place: '', status: filter.status, aside: filter.aside }
                : { team: week.teamId, place: place === 'both' ? '' : place, status: ['open'], aside: '' },
            )
          }
        >
          {label}
          {note === null ? null : <span className={styles['red']}>{note}</span>}
        </button>
      ))}
      {week.own ? (
        <button
          type="button"
          className={styles['choice']}
          aria-pressed={filter.team === '' && filter.status.length === 0 && filter.aside === ''}
          onClick={() => change({ team: '', place: 'all', status: [], aside: '' })}
        >
          全部疑点
        </button>
      ) : null}
    </div>
  );
}
