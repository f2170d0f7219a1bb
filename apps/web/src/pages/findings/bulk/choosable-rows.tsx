import { useQuery } from '@tanstack/react-query';
import { MAX_BULK_FINDINGS, type FindingFilterQuery, type FindingSummary } from '@tianyan/console-app/api';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useMay } from '../../../app/session.js';
import { numberText } from '../../../format/number.js';
import { FindingRow, FindingRows, walk } from '../finding-rows.js';
import { BulkDialog, type AskedBulk, type BulkKind } from './bulk-dialog.js';
import { bulkDecisionsQuery, bulkWords } from './bulk-queries.js';
import styles from './bulk.module.css';

/** How many wait for a decision, and as of when. */
export interface Waiting {
  count: number;
  asOf: string;
}

interface Props {
  items: readonly FindingSummary[];
  dimmed: boolean;
  /** What the list is narrowed to, and how many of all that fit wait for a decision; undefined: not known, or more than are counted. */
  query: FindingFilterQuery;
  waiting: Waiting | undefined;
  onDecided: () => void;
}

/** The list, of which whoever decides may choose several for one and the same decision. */
export function ChoosableRows(props: Props) {
  const mayDecide = useMay('decide-finding');
  const [choosing, setChoosing] = useState(false);
  if (!mayDecide || props.items.length === 0) return <FindingRows items={props.items} dimmed={props.dimmed} />;
  // Chosen of one filter, nothing is of another: all of another were not looked at.
  if (choosing) return <Choice key={JSON.stringify(props.query)} {...props} onEnd={() => setChoosing(false)} />;
  return (
    <>
      <p className={styles['bar']}>
        <Button size="small" type="link" onClick={() => setChoosing(true)}>
          选多条一起处理
        </Button>
        <Unfinished onDecided={props.onDecided} />
      </p>
      <FindingRows items={props.items} dimmed={props.dimmed} />
    </>
  );
}

/** One's own that goes on, also from before the page was opened. */
function Unfinished({ onDecided }: { onDecided: () => void }) {
  const { data } = useQuery(bulkDecisionsQuery());
  const [asked, setAsked] = useState<AskedBulk | null>(null);
  const running = data?.items.find(({ state }) => state === 'running');
  return (
    <>
      {running ? (
        <Button size="small" onClick={() => setAsked({ id: running.id })}>
          {bulkWords(running)}
        </Button>
      ) : null}
      <BulkDialog asked={asked} onClose={() => setAsked(null)} onDecided={onDecided} />
    </>
  );
}

function Choice(props: Props & { onEnd: () => void }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // As many as were shown when they were chosen: what comes afterwards was not looked at.
  const [all, setAll] = useState<Waiting | null>(null);
  const [asked, setAsked] = useState<AskedBulk | null>(null);
  const { items, query, waiting } = props;
  const shown = items.filter(({ id }) => chosen.has(id));
  const first = items.slice(0, MAX_BULK_FINDINGS);
  const choose = (next: ReadonlySet<string>) => {
    setChosen(next);
    setAll(null);
  };
  const ask = (kind: BulkKind) =>
    setAsked(
      all === null
        ? { kind, chosen: { ids: shown.map(({ id }) => id) }, count: shown.length }
        : { kind, chosen: { filter: query, ...all }, count: all.count },
    );
  const isMore = waiting !== undefined && waiting.count > items.filter(isOpen).length && waiting.count <= MAX_BULK_FINDINGS;
  const offered = all ?? (isMore ? waiting : null);
  return (
    <>
      <div className={styles['bar']} role="group" aria-label="一起处理">
        <Checkbox
          checked={shown.length === first.length}
          indeterminate={shown.length > 0 && shown.length < first.length}
          onChange={({ target }) => choose(new Set(target.checked ? first.map(({ id }) => id) : []))}
        >
          全选（{first.length} 条）
        </Checkbox>
        <AllOfThem offered={offered} isChosen={all !== null} onChoose={setAll} />
        <span role="status">已选 {numberText(all?.count ?? shown.length)} 条</span>
        <Button size="small" disabled={all === null && shown.length === 0} onClick={() => ask('dismiss')}>
          核实后排除
        </Button>
        <Button size="small" disabled={all === null && shown.length === 0} onClick={() => ask('promote')}>
          逐条转为线索
        </Button>
        <Button size="small" type="link" onClick={props.onEnd}>
          不选了
        </Button>
      </div>
      <ol onKeyDown={walk} aria-label="疑点列表">
        {items.map((finding) => (
          <li key={finding.id} className={styles['choice']}>
            <Checkbox
              className={styles['check'] ?? ''}
              aria-label={`选择：${finding.explanation}`}
              checked={all ? isOpen(finding) : chosen.has(finding.id)}
              disabled={all !== null || (!chosen.has(finding.id) && shown.length >= MAX_BULK_FINDINGS)}
              onChange={({ target }) => choose(changed(chosen, finding.id, target.checked))}
            />
            <FindingRow finding={finding} />
          </li>
        ))}
      </ol>
      <BulkDialog
        asked={asked}
        onClose={() => setAsked(null)}
        onDecided={() => {
          choose(new Set());
          props.onDecided();
        }}
      />
    </>
  );
}

/** All that fit and wait, where there are more than the list shows. */
function AllOfThem(props: { offered: Waiting | null; isChosen: boolean; onChoose: (all: Waiting | null) => void }) {
  const { offered, isChosen, onChoose } = props;
  if (offered === null) return null;
  return (
    <Checkbox checked={isChosen} onChange={({ target }) => onChoose(target.checked ? offered : null)}>
      符合条件、待核实的全部（{numberText(offered.count)} 条）
    </Checkbox>
  );
}

function isOpen({ status }: FindingSummary): boolean {
  return status === 'open';
}

function changed(chosen: ReadonlySet<string>, id: string, isChosen: boolean): ReadonlySet<string> {
  const next = new Set(chosen);
  if (isChosen) next.add(id);
  else next.delete(id);
  return next;
}
