import { useQuery } from '@tanstack/react-query';
import { Panel } from '../../parts/panel.js';
import { Facts } from '../supervision/parts.js';
import { figuresQuery, scorecardQuery } from '../scorecards/scorecard-queries.js';
import styles from './campaigns.module.css';

const LAST_WEEK = { period: 'week', back: 1 } as const;

/** What the hotline's centre did in the week before, beside what was found of the orders. */
export function CentrePanel() {
  const card = useQuery(scorecardQuery('county', 'county', LAST_WEEK));
  const figures = useQuery(figuresQuery);
  const own = (figures.data?.items ?? []).filter(({ group }) => group === 'centre');
  const facts = own.flatMap(({ id, label, of }) => {
    const value = card.data?.figures.find((figure) => figure.id === id)?.values.at(-1);
    if (value === undefined) return [];
    const share =
      value.value === null ? '件数太少' : `${(value.value * 100).toFixed(1)}%（${value.counted ?? 0}/${value.of ?? 0}）`;
    return [{ label, value: of === null ? String(value.counted) : share }];
  });
  return (
    <Panel title="上周热线中心">
      {card.isError ? <p className={styles['soft']}>{card.error.message}</p> : <Facts facts={facts} />}
    </Panel>
  );
}
