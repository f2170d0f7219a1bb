import type { QuietHours } from '@tianyan/console-app/api';
import { Checkbox, Form, Input } from 'antd';

/** Times that most counties would choose; they can be changed. */
const USUAL: QuietHours = { from: '22:00', to: '07:00', exceptHigh: true };

/** 免打扰: one field of the form whose value is null while it is off. */
export function QuietHoursItems({ stored }: { stored: QuietHours | null }) {
  return (
    <Form.Item
      name="quietHours"
      label="免打扰"
      extra="这段时间里，邮件、群消息和回调等到结束再发；站内通知照常。"
      rules={[{ validator: check }]}
    >
      <QuietHoursInput usual={stored ?? USUAL} />
    </Form.Item>
  );
}

async function check(_: unknown, value: QuietHours | null): Promise<void> {
  if (value === null) return;
  if (value.from === '' || value.to === '') throw new Error('请填写几点几分');
  if (value.from === value.to) throw new Error('免打扰的开始和结束不能相同');
}

/** The form hands value and change over. */
function QuietHoursInput(props: { usual: QuietHours; value?: QuietHours | null; onChange?: (value: QuietHours | null) => void }) {
  const { usual, value = null, onChange } = props;
  const change = (part: Partial<QuietHours>) => onChange?.({ ...(value ?? usual), ...part });
  return (
    <>
      <Checkbox checked={value !== null} onChange={({ target }) => onChange?.(target.checked ? usual : null)}>
        夜间等时段免打扰
      </Checkbox>
      {value === null ? null : (
        <div style={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 8, marginTop: 8 }}>
          <Input
            type="time"
            aria-label="免打扰开始"
            style={{ width: 120 }}
            value={value.from}
            onChange={({ target }) => change({ from: target.value })}
          />
          至
          <Input
            type="time"
            aria-label="免打扰结束"
            style={{ width: 120 }}
            value={value.to}
            onChange={({ target }) => change({ to: target.value })}
          />
          <Checkbox checked={value.exceptHigh} onChange={({ target }) => change({ exceptHigh: target.checked })}>
            严重的照发
          </Checkbox>
        </div>
      )}
    </>
  );
}
