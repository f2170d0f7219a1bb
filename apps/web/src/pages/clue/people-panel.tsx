import { cluePeopleSchema, FORM_LABELS, type ClueDetail, type CluePerson } from '@tianyan/console-app/api';
import { useState } from 'react';
import { Link } from 'react-router';
import { callApi } from '../../api/client.js';
import { Panel } from '../../parts/panel.js';
import { UnmaskForm } from '../../parts/unmask-form.js';
import { personPath } from '../clue-person/clue-person-queries.js';
import styles from './clue-page.module.css';

/** Whom the clue is about, each with the form that was found for them. */
export function PeoplePanel({ clue }: { clue: ClueDetail }) {
  const [revealed, setRevealed] = useState<readonly CluePerson[] | null>(null);
  // What was uncovered may be of before: a person who was added since is shown covered, and not left out.
  const people = clue.people.map((person) => revealed?.find(({ id }) => id === person.id) ?? person);
  return (
    <Panel title="涉及人员" note={`${people.length} 人`}>
      {people.length === 0 ? <p className={styles['soft']}>还没有登记。核实中发现的，由承办人登记。</p> : null}
      <ul className={styles['people']}>
        {people.map((person) => (
          <li key={person.id}>
            <b>
              <Link to={personPath(clue.id, person.id)}>{person.name}</Link>
            </b>
            <p className={styles['soft']}>
              {person.unit}
              {person.post === null ? '' : ` ${person.post}`}
            </p>
            {person.form === null ? null : (
              <p>
                {FORM_LABELS[person.form]}：{person.measure}
              </p>
            )}
          </li>
        ))}
      </ul>
      {people.length === 0 || revealed !== null ? null : (
        <UnmaskForm
          example="例如：制作谈话通知"
          onUnmask={async (reason) => {
            const path = `/clues/${encodeURIComponent(clue.id)}/people/reveal`;
            setRevealed((await callApi(cluePeopleSchema, path, { method: 'POST', body: { reason } })).items);
          }}
        />
      )}
    </Panel>
  );
}
