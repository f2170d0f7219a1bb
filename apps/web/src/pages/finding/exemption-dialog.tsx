import { useMutation, useQueryClient } from '@tanstack/react-query';
import { exemptionRequestSchema, findingDetailSchema, type ExemptionRequest, type FindingDetail } from '@tianyan/console-app/api';
import { App, Form, Modal, Select } from 'antd';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ExemptionForm } from '../../parts/exemption-form.js';

/** Sets aside what the rule of a finding finds about one of its subjects; null closes the dialog. */
export function ExemptionDialog({ finding, onClose }: { finding: FindingDetail | null; onClose: () => void }) {
  return (
    <Modal open={finding !== null} onCancel={onClose} footer={null} title="今后不再提示" destroyOnHidden>
      {finding === null ? null : <ExemptForm finding={finding} onClose={onClose} />}
    </Modal>
  );
}

function useSetAside(finding: FindingDetail, onClose: () => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (body: ExemptionRequest) =>
      callApi(findingDetailSchema, `/findings/${encodeURIComponent(finding.id)}/exemptions`, { method: 'POST', body }),
    onSuccess: async () => {
      void message.success('已豁免，照常研判和计数');
      onClose();
      await client.invalidateQueries({ queryKey: keys.finding(finding.id) });
      await client.invalidateQueries({ queryKey: keys.findings });
      await client.invalidateQueries({ queryKey: keys.exemptions });
    },
  });
}

function ExemptForm({ finding, onClose }: { finding: FindingDetail; onClose: () => void }) {
  return (
    <ExemptionForm
      about={`只对“${finding.ruleTitle}”这条规则。数据和研判都不变：这些疑点不再排队、不再预警，列在“已豁免”里，随时可以提前结束。`}
      read={(values) => exemptionRequestSchema.safeParse(values)}
      save={useSetAside(finding, onClose)}
      confirm="确认不再提示"
      onClose={onClose}
    >
      <Form.Item name="subjectKind" label="对哪个对象">
        <Select options={subjectOptions(finding)} />
      </Form.Item>
    </ExemptionForm>
  );
}

/** The narrowest first: this scope alone. A whole township is nothing to set aside. */
function subjectOptions(finding: FindingDetail) {
  return [
    { value: 'scope', label: `只这一个判断对象（${finding.scope}）` },
    ...finding.subjects
      .filter(({ kind }) => kind !== 'townshipCode')
      .map(({ kind, kindLabel, code, name }) => ({ value: kind, label: `${kindLabel} ${name ?? code} 的全部` })),
  ];
}
