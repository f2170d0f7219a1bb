import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  madeExemptionSchema,
  MAX_SUBJECT_CODE_CHARS,
  ruleExemptionRequestSchema,
  type ExemptionList,
  type RuleExemptionRequest,
} from '@tianyan/console-app/api';
import { App, Form, Input, Modal, Select } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ExemptionForm } from '../../parts/exemption-form.js';

interface Props {
  ruleId: string;
  subjectKinds: ExemptionList['subjectKinds'];
  isOpen: boolean;
  onClose: () => void;
}

/** Sets aside what the rule finds about a subject, whether it has found something about it or not. */
export function ExemptDialog(props: Props) {
  return (
    <Modal open={props.isOpen} onCancel={props.onClose} footer={null} title="新增豁免" destroyOnHidden>
      <ExemptForm {...props} />
    </Modal>
  );
}

function ExemptForm({ ruleId, subjectKinds, onClose }: Props) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const save = useMutation({
    mutationFn: (body: RuleExemptionRequest) => callApi(madeExemptionSchema, '/exemptions', { method: 'POST', body }),
    onSuccess: async () => {
      void message.success('已豁免，照常研判和计数');
      onClose();
      await client.invalidateQueries({ queryKey: keys.exemptions });
      await client.invalidateQueries({ queryKey: keys.findings });
    },
  });
  return (
    <ExemptionForm
      about="只对这条规则。数据和研判都不变：这个对象的疑点不再排队、不再预警，列在“已豁免”里，随时可以提前结束。还没有疑点的对象也可以先豁免。"
      read={({ subjectCode = '', ...values }) => ruleExemptionRequestSchema.safeParse({ ...values, ruleId, subjectCode })}
      save={save}
      confirm="确认豁免"
      onClose={onClose}
    >
      <Form.Item name="subjectKind" label="对哪种对象">
        <Select options={subjectKinds.map(({ kind: value, label }) => ({ value, label }))} />
      </Form.Item>
      <Form.Item name="subjectCode" label="对象的编号" extra="和疑点页、台账上的编号完全一致，例如单位编号、合同编号。">
        <Input maxLength={MAX_SUBJECT_CODE_CHARS} />
      </Form.Item>
    </ExemptionForm>
  );
}
