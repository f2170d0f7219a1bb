import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PersonPage } from '@tianyan/console-app/api';
import { App, Input } from 'antd';
import { useId, useState } from 'react';
import { keys } from '../../api/keys.js';
import { Panel } from '../../parts/panel.js';
import { ReasonForm } from '../../parts/reason-form.js';
import { identifyPerson } from './clue-person-queries.js';
import { IdentityChoice } from './identity-choice.js';
import { SOMEBODY_ELSE } from './identity-options.js';
import styles from './clue-person-page.module.css';

const MAX_NAME_CHARS = 100;

/** For whoever handles the clue: puts right who is one person. */
export function IdentityPanel({ clueId, personId }: { clueId: string; personId: string }) {
  const id = useId();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string | undefined>();
  const identify = useMutation({
    mutationFn: (reason: string) =>
      identifyPerson(clueId, personId, { sameAsId: chosen === SOMEBODY_ELSE ? null : (chosen ?? null), reason }),
    onSuccess: async (page: PersonPage) => {
      client.setQueryData(keys.cluePerson(clueId, personId), page);
      await client.invalidateQueries({ queryKey: keys.clues });
      void message.success('已更正');
      setName('');
      setChosen(undefined);
    },
  });
  return (
    <Panel title="更正是否同一人">
      <div className={styles['identity']}>
        <p className={styles['kind']}>
          认定错了的在这里更正。只改这条线索里的登记，别的登记不变。是另一人的直接选“另一人”；是同一人的，填姓名核对同名后选择。
        </p>
        <label htmlFor={id}>这个人的完整姓名</label>
        <Input
          id={id}
          value={name}
          maxLength={MAX_NAME_CHARS}
          autoComplete="off"
          onChange={(event) => {
            setName(event.target.value);
            setChosen(undefined);
          }}
        />
        <IdentityChoice
          key={name.trim()}
          clueId={clueId}
          name={name.trim()}
          ownId={personId}
          {...(chosen !== undefined && { value: chosen })}
          onChange={setChosen}
        />
        {chosen === undefined ? null : (
          <ReasonForm
            placeholder="例如：身份证号不同，是重名"
            error={identify.error}
            isPending={identify.isPending}
            actions={[{ label: '确认更正', isMain: true, onClick: (reason) => identify.mutate(reason) }]}
          />
        )}
      </div>
    </Panel>
  );
}
