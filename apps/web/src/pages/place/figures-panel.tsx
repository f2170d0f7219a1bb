import { useQuery } from '@tanstack/react-query';
import type { FigureList, Scorecard } from '@tianyan/console-app/api';
import { Link } from 'react-router';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { ChangeMark, currentOf, HowReckoned, Value } from '../scorecards/figure-cells.js';
import { figuresQuery, scorecardQuery } from '../scorecards/scorecard-queries.js';
import { UnderWayNote } from '../scorecards/under-way-note.js';
import styles from './place-page.module.css';

/** The last whole month: numbers of one that goes on cannot be compared. */
const LAST_MONTH = { period: 'month', back: 1 } as const;

const KIND = 'unit';

/**
 * What the scorecard says of a unit, and where the lists about it are. Of a township or village it would tell what the page beside it leaves out: its
 * figures count what was told in confidence, and a difference of one says that somebody has spoken there.
 */
export function FiguresPanel({ code }: { code: string }) {
  const figures = useQuery(figuresQuery);
  const card = useQuery(scorecardQuery(KIND, code, LAST_MONTH));
  const name = encodeURIComponent(code);
  return (
    <Panel
      title="记分卡"
      note={card.data?.periods.at(-1)?.label}
      extra={<Link to={`/scorecards/${KIND}/${name}`}>全部指标</Link>}
    >
      <Loaded query={figures}>{(list) => <Loaded query={card}>{(data) => <Figures list={list} card={data} />}</Loaded>}</Loaded>
      <p className={styles['links']}>
        <Link to={`/findings?${KIND}=${name}&status=open,dismissed,promoted`}>全部疑点</Link>
        <Link to={`/findings?${KIND}=${name}&status=open`}>待核实的疑点</Link>
      </p>
    </Panel>
  );
}

function Figures({ list, card }: { list: FigureList; card: Scorecard }) {
  return (
    <>
      <UnderWayNote {...card} />
      <dl className={styles['figures']}>
        {list.items
          .filter(({ places }) => places.includes(KIND))
          .flatMap((definition) => {
            const figure = card.figures.find(({ id }) => id === definition.id);
            if (!figure) return [];
            const value = currentOf(figure);
            return [
              <div key={definition.id}>
                <dt>
                  {definition.label}
                  <HowReckoned definition={definition} minPeers={list.minPeers} />
                </dt>
                <dd>
                  <Value definition={definition} value={value} />
                  <ChangeMark
                    definition={definition}
                    value={value}
                    before={figure.previous}
                    unfinished={card.unfinished}
                    when="上期"
                  />
                </dd>
              </div>,
            ];
          })}
      </dl>
    </>
  );
}
