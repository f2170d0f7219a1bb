import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  MAX_REASON_CHARS,
  reasonSchema,
  ruleParametersSchema,
  type ParameterSetting,
  type RuleParameters,
  type SetParametersRequest,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { callApi } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { useTrial } from '../trial/use-trial.js';
import { ParameterPreview } from './parameter-preview.js';
import styles from './parameters.module.css';
import { SettingForm } from './setting-form.js';
import { SettingList } from './setting-list.js';

/** Sets the numbers of a rule: what changes is looked at before it is saved. `answer`: what stands; null closes the dialog. */
export function ParametersDialog(props: { ruleId: string; answer: RuleParameters | null; onClose: () => void }) {
  const { answer, onClose } = props;
  return (
    <Modal open={answer !== null} onCancel={onClose} footer={null} title="改参数" width={760} destroyOnHidden>
      {answer === null ? null : <Editing ruleId={props.ruleId} answer={answer} onClose={onClose} />}
    </Modal>
  );
}

/** Saves, says so, and reads the rule anew. */
function useSave(ruleId: string, onClose: () => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (body: SetParametersRequest) =>
      callApi(ruleParametersSchema, `/rules/${encodeURIComponent(ruleId)}/parameters`, { method: 'PUT', body }),
    onSuccess: async () => {
      void message.success('参数已保存，正在用新的取值研判全部已有数据');
      onClose();
      await client.invalidateQueries({ queryKey: keys.ruleParameters(ruleId) });
      await client.invalidateQueries({ queryKey: keys.rules });
    },
  });
}

function Editing({ ruleId, answer, onClose }: { ruleId: string; answer: RuleParameters; onClose: () => void }) {
  const [settings, setSettings] = useState<readonly ParameterSetting[]>(answer.settings);
  const [reason, setReason] = useState('');
  const trying = useTrial(`/rules/${encodeURIComponent(ruleId)}/parameters/trials`, ({ yaml }): unknown => JSON.parse(yaml));
  const save = useSave(ruleId, onClose);
  const text = JSON.stringify({ settings });
  const isSeen = trying.yaml === text && trying.trial?.state === 'done';
  const isSame = text === JSON.stringify({ settings: answer.settings });
  const hasReason = reasonSchema.safeParse(reason).success;
  return (
    <div className={styles['editing']}>
      <p className={styles['note']}>
        这里设的取值代替规则原文的，每行都要写明依据。改好后先看会多出、少掉哪些疑点，再写理由保存。保存后只有这条规则重新研判；以前的疑点仍显示当时的取值。
      </p>
      <SettingList
        parameters={answer.parameters}
        settings={settings}
        onRemove={(index) => setSettings(settings.filter((_one, i) => i !== index))}
      />
      <SettingForm parameters={answer.parameters} settings={settings} onAdd={(setting) => setSettings([...settings, setting])} />
      <ParameterPreview trying={trying} isOutdated={trying.yaml !== text} />
      {isSeen ? (
        <label className={styles['reason']}>
          <span>理由</span>
          <Input.TextArea
            rows={2}
            maxLength={MAX_REASON_CHARS}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
            placeholder="例如：县委专项整治方案从三月起把退回次数改为两次"
          />
        </label>
      ) : null}
      {save.isError ? (
        <Alert role="alert" type="error" showIcon title={<span className={styles['lines']}>{save.error.message}</span>} />
      ) : null}
      <div className={styles['buttons']}>
        <Button onClick={onClose}>取消</Button>
        <Button
          onClick={() => trying.begin(text)}
          loading={trying.isBusy}
          disabled={isSame}
          type={isSeen ? 'default' : 'primary'}
        >
          看会多出、少掉哪些
        </Button>
        <Button
          type="primary"
          disabled={!isSeen || !hasReason}
          loading={save.isPending}
          onClick={() =>
            save.mutate({
              settings: [...settings],
              before: answer.digest,
              preview: trying.trial?.id ?? '',
              reason: reason.trim(),
            })
          }
        >
          保存
        </Button>
      </div>
    </div>
  );
}
