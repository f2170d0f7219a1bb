import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Radio } from 'antd';
import { useEffect, useEffectEvent } from 'react';
import { askSameName } from './clue-person-queries.js';
import { identityOptions } from './identity-options.js';
import styles from './clue-person-page.module.css';

const MIN_NAME_CHARS = 2;
/** Shows who of a name is known already, and asks whether it is one of them. Another name begins it anew: give it the name as its key. */
export function IdentityChoice(props: {
  clueId: string;
  name: string;
  /** Of whom it is put right: no choice of the list, and who can always be somebody else. */
  ownId?: string;
  value?: string;
  onChange?: (value?: string) => void;
}) {
  const { clueId, name, ownId, value, onChange } = props;
  const ask = useMutation({ mutationFn: () => askSameName(clueId, { name, ...(ownId !== undefined && { personId: ownId }) }) });
  // What was said of another name says nothing of this one.
  const forget = useEffectEvent(() => onChange?.(undefined));
  useEffect(() => forget(), []);
  const { known, options } = identityOptions(ask.data?.items ?? [], { isRefused: ask.isError, ownId });
  return (
    <div className={styles['identity']}>
      <Button onClick={() => ask.mutate()} loading={ask.isPending} disabled={name.length < MIN_NAME_CHARS}>
        核对同名
      </Button>
      {ask.isError ? <Alert role="alert" type="error" showIcon title={ask.error.message} /> : null}
      {ask.isSuccess && known === 0 ? <p role="status">看得到的线索里没有别的同名的人，不用选。</p> : null}
      {options.length === 0 ? null : (
        <Radio.Group
          aria-label="是否同一人"
          value={value}
          onChange={(event) => onChange?.(String(event.target.value))}
          options={options.map((option) => ({ ...option, style: { display: 'flex' } }))}
        />
      )}
    </div>
  );
}
