import { useMutation } from '@tanstack/react-query';
import { routingPreviewSchema, type RoutingPreview, type SaveTeamRequest } from '@tianyan/console-app/api';
import { Button, Form, Select } from 'antd';
import { callApi } from '../../api/client.js';
import { useUnits } from '../../app/units.js';

/** Of what a team is told beside its townships, and what that would have been. */
export function ConditionItems({ teamId, problemClasses }: { teamId: string | null; problemClasses: readonly string[] }) {
  const units = useUnits();
  const form = Form.useFormInstance<SaveTeamRequest>();
  const preview = useMutation({
    mutationFn: () => {
      const {
        townshipCodes,
        problemClasses: classes = [],
        unitIds = [],
        minSeverity,
      } = form.getFieldsValue(true) as SaveTeamRequest; // the form's own values
      const body = { id: teamId, townshipCodes, problemClasses: classes, unitIds, minSeverity };
      return callApi(routingPreviewSchema, '/teams/preview', { method: 'POST', body });
    },
  });
  return (
    <>
      <Form.Item name="problemClasses" label="只收这些类别（可不选）">
        <Select mode="multiple" placeholder="全部类别" options={problemClasses.map((value) => ({ value, label: value }))} />
      </Form.Item>
      <Form.Item
        name="unitIds"
        label="只收涉及这些单位的（可不选）"
        extra="选了类别或单位、没有选乡镇的，收全县的。没有任何组收的疑点，发给默认组。"
      >
        <Select
          mode="multiple"
          placeholder="全部单位"
          showSearch={{ optionFilterProp: 'label' }}
          options={units.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </Form.Item>
      <Form.Item>
        <Button onClick={() => preview.mutate()} loading={preview.isPending}>
          看看过去 30 天会收到多少
        </Button>
        <p role="status">{preview.isError ? preview.error.message : preview.data ? previewText(preview.data) : null}</p>
      </Form.Item>
    </>
  );
}

function previewText({ days, before, after }: RoutingPreview): string {
  return `过去 ${days} 天：本组 ${after.team} 条（现在是 ${before.team} 条），默认组 ${after.fallback} 条（现在是 ${before.fallback} 条）。`;
}
