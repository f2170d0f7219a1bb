import { FEN_PER_YUAN } from '../../../format/parameter-value.js';
import { NumberInput } from './controls.js';
import { useEditing } from './editing.js';
import styles from './form.module.css';
import { isMoney } from './money.js';
import type { Path } from './rule-document.js';

/** A number; an amount of money is typed in yuan. */
export function Quantity(props: {
  id: string;
  label?: string | undefined;
  path: Path;
  value: unknown;
  onChange: (value: number | undefined) => void;
}) {
  const { path, ...rest } = props;
  if (!isMoney(useEditing(), path)) return <NumberInput {...rest} />;
  return (
    <span className={styles['unit']}>
      <NumberInput {...rest} scale={FEN_PER_YUAN} /> 元
    </span>
  );
}
