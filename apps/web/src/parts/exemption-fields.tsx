import {
  EXEMPTION_KIND_LABELS,
  exemptionKindSchema,
  MAX_DOCUMENT_CHARS,
  MAX_REASON_CHARS,
  MAX_SNOOZE_DAYS,
  type ExemptionKind,
} from '@tianyan/console-app/api';
import { Form, Input, Radio } from 'antd';

/** What a form says of an exemption, beside what it is about. */
export interface ExemptionValues {
  kind: ExemptionKind;
  reason?: string;
  document?: string;
  untilDay?: string;
}

const KIND_WORDS: Readonly<Record<ExemptionKind, string>> = {
  snooze: `过一阵再看，到期自己恢复（最多 ${MAX_SNOOZE_DAYS} 天）`,
  exception: '有文件允许，须写明依据',
};

/** How, until when, by which document and why something is set aside. */
export function ExemptionFields({ kind }: { kind: ExemptionKind }) {
  return (
    <>
      <Form.Item name="kind" label="怎样豁免">
        <Radio.Group
          options={exemptionKindSchema.options.toReversed().map((value) => ({
            value,
            label: `${EXEMPTION_KIND_LABELS[value]}：${KIND_WORDS[value]}`,
            style: { display: 'flex' },
          }))}
        />
      </Form.Item>
      <Form.Item name="untilDay" label={kind === 'snooze' ? '到哪一天（含当天）' : '到哪一天（含当天，不填为长期）'}>
        <Input type="date" />
      </Form.Item>
      <Form.Item name="document" label={kind === 'exception' ? '依据的文件' : '依据的文件（可不填）'}>
        <Input maxLength={MAX_DOCUMENT_CHARS} placeholder="名称和文号" />
      </Form.Item>
      <Form.Item name="reason" label="理由">
        <Input.TextArea rows={3} maxLength={MAX_REASON_CHARS} showCount placeholder="例如：系统切换，四月底前补录完" />
      </Form.Item>
    </>
  );
}
