import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useMay } from '../../app/session.js';
import { numberText } from '../../format/number.js';
import { ruleVersionsQuery } from './rule-versions.js';
import { TrialPanel } from './trial/trial-panel.js';
import { useTrial } from './trial/use-trial.js';

/**
 * What goes when rules judge no more. `open`: findings that nobody has decided about, as far as whoever asks may see them. `isSeveral`: it is said of
 * more than one rule.
 */
export function WhatGoes({ open, isSeveral = false }: { open: number; isSeveral?: boolean }) {
  const who = isSeveral ? '它们' : '它';
  const words =
    open === 0
      ? `${who}现在没有待核实的疑点，停下不会撤回什么。`
      : `${who}现在有 ${numberText(open)} 条待核实的疑点，都会撤回；已经作出的决定不受影响。`;
  return <Alert role="status" type={open === 0 ? 'info' : 'warning'} showIcon title={words} style={{ marginBottom: 12 }} />;
}

/**
 * What comes and what goes when this text is judged, counted before anything is switched.
 * @param limitedTo sources to which it would be limited, null: to none; missing: as it is limited now
 */
export function WhatComes({ yaml, limitedTo }: { yaml: string; limitedTo?: readonly string[] | null }) {
  const mayTry = useMay('draft-rules');
  const trying = useTrial();
  if (!mayTry) return null;
  return (
    <div style={{ marginBottom: 12 }}>
      <Button
        size="small"
        loading={trying.isBusy}
        onClick={() => trying.begin(yaml, limitedTo === undefined ? {} : { limitedTo })}
      >
        先算会增减哪些疑点
      </Button>
      <TrialPanel trying={trying} />
    </div>
  );
}

/** The same of the text that is published, were it limited so. */
export function WhatComesOf({ rule, limitedTo }: { rule: { id: string; version: number }; limitedTo: readonly string[] | null }) {
  const { data } = useQuery(ruleVersionsQuery(rule.id, rule.version));
  const published = data?.items.find(({ isPublished }) => isPublished);
  // Another choice of sources is another question: what was counted for the last one must not stand beside it.
  return published ? <WhatComes key={JSON.stringify(limitedTo)} yaml={published.yaml} limitedTo={limitedTo} /> : null;
}
