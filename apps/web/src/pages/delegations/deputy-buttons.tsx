import { Button } from 'antd';
import styles from '../clue/clue-page.module.css';
import { inPlaceTitle, type InPlace } from './in-place.js';

/** What the signed-in person may do in the place of others: apart from what is done in the own name, and said to bear both names. */
export function DeputyButtons<K extends string>(props: {
  offers: readonly (InPlace & { steps: readonly K[] })[];
  labels: Readonly<Record<K, string>>;
  onChoose: (step: K, deputy: InPlace) => void;
}) {
  const { offers, labels, onChoose } = props;
  return offers
    .filter(({ steps }) => steps.length > 0)
    .map(({ steps, ...deputy }) => (
      <section key={deputy.forId} aria-label={`代${deputy.forName}办理`}>
        <p className={styles['soft']}>代{deputy.forName}办理，记两个人的名字：</p>
        <div className={styles['buttons']}>
          {steps.map((step) => (
            <Button key={step} block onClick={() => onChoose(step, deputy)}>
              {inPlaceTitle(labels[step], deputy)}
            </Button>
          ))}
        </div>
      </section>
    ));
}
