import { useMutation } from '@tanstack/react-query';
import type { KnownPerson } from '@tianyan/console-app/api';
import { Alert, Button, Radio } from 'antd';
import { useEffect, useEffectEvent } from 'react';
import { askSameName } from './clue-person-queries.js';
import styles from './clue-person-page.module.css';

const MIN_NAME_CHARS = 2;
/** 另一人; no id of an entry. */
export const SOMEBODY_ELSE = 'somebody-else';

/** Shows who of a name is known already, and asks whether it is one of them. Another name begins it anew: give it the name as its key. */
export function IdentityChoice(props: {
  clueId: string;
  name: string;
  /** Of whom it is asked: no choice. */
  ownId?: string;
  value?: string;
  onChange?: (value?: string) => void;
}) {
  const { clueId, name, ownId, value, onChange } = props;
  const ask = useMutation({ mutationFn: () => askSameName(clueId, name) });
  // What was said of another name says nothing of this one.
  const forget = useEffectEvent(() => onChange?.(undefined));
  useEffect(() => forget(), []);
  const options = (ask.data?.items ?? []).flatMap((person) => optionOf(person, ownId));
  return (
    <div className={styles['identity']}>
      <Button onClick={() => ask.mutate()} loading={ask.isPending} disabled={name.length < MIN_NAME_CHARS}>
        核对同名
      </Button>
      {ask.isError ? <Alert role="alert" type="error" showIcon title={ask.error.message} /> : null}
      {ask.isSuccess && options.length === 0 ? <p role="status">看得到的线索里没有别的同名的人，不用选。</p> : null}
      {options.length === 0 ? null : (
        <Radio.Group
          aria-label="是否同一人"
          value={value}
          onChange={(event) => onChange?.(String(event.target.value))}
          options={[...options, { value: SOMEBODY_ELSE, label: '另一人：都不是', style: { display: 'flex' } }]}
        />
      )}
    </div>
  );
}

function optionOf({ entries }: KnownPerson, ownId: string | undefined) {
  const others = entries.filter(({ personId }) => personId !== ownId);
  const [newest] = others;
  if (!newest) return [];
  const where = others.map(({ clueNumber, unit, post }) => `${unit}${post === null ? '' : ` ${post}`}（${clueNumber}）`);
  return [{ value: newest.personId, label: `同一人：${where.join('；')}`, style: { display: 'flex' } }];
}
