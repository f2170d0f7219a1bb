import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  MAX_REASON_CHARS,
  reasonSchema,
  type RuleSummary,
  type RuleSwitch,
  type RuleSwitchRequest,
} from '@tianyan/console-app/api';
import { Alert, App, Button, Form, Input, Modal, Select, Space, Switch } from 'antd';
import { z } from 'zod';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { numberText } from '../../format/number.js';
import { useSeenSwitch, type SwitchedTogether } from './switch-seen.js';
import { WhatComesOf, WhatGoes } from './what-changes.js';

/** A rule, a pack, or some rules that can be switched. */
export interface Switchable {
  /** Of its switch below `/rules`. */
  path: string;
  title: string;
  current: RuleSwitch;
  /** Findings of it that nobody has decided about, within the reach of who asks. */
  open: number;
  /** Whose text can be tried before it is switched on; null: several. */
  rule: { id: string; version: number } | null;
  /** Switched at once; null: one rule. */
  together: SwitchedTogether | null;
  /** Switched on by itself, and not judged: its pack is off, and what a trial finds would not come of the switch. */
  isOffByPack: boolean;
}

export function switchOf(rule: RuleSummary): Switchable {
  const { id, title, switch: current, openFindings: open, runs, limitedTo } = rule;
  const isOffByPack = current.enabled && !runs && limitedTo?.length !== 0;
  return { path: `${encodeURIComponent(id)}/switch`, title, current, open, rule, together: null, isOffByPack };
}

/** Some rules, each by its own switch. Where theirs differ, the dialog begins with all sources, and says so. */
export function switchOfSeveral(rules: readonly RuleSummary[]): Switchable {
  const [first] = rules;
  const same =
    first && rules.every(({ switch: { sources } }) => JSON.stringify(sources) === JSON.stringify(first.switch.sources));
  return {
    path: 'switch',
    title: `选中的 ${numberText(rules.length)} 条规则`,
    current: {
      enabled: rules.some(({ switch: { enabled } }) => enabled),
      sources: same ? first.switch.sources : null,
      setBy: null,
    },
    open: rules.reduce((sum, { openFindings }) => sum + openFindings, 0),
    rule: null,
    together: { ruleIds: rules.map(({ id }) => id).toSorted() },
    isOffByPack: false,
  };
}

type SourceOption = { name: string; label: string };

/** A table of rules needs more than a form. */
const [USUAL_PX, WIDE_PX] = [520, 820];

/** Switches rules on and off, and limits them to sources; the reason goes into the audit log. */
export function SwitchDialog(props: { target: Switchable | null; sources: readonly SourceOption[]; onClose: () => void }) {
  const { target, sources, onClose } = props;
  return (
    <Modal
      open={target !== null}
      onCancel={onClose}
      footer={null}
      title={target ? `开关：${target.title}` : ''}
      width={target?.together ? WIDE_PX : USUAL_PX}
      destroyOnHidden
    >
      {target ? <SwitchForm target={target} sources={sources} onClose={onClose} /> : null}
    </Modal>
  );
}

/** In one order, so that the same choice is the same limit. */
function limitOf(sources: readonly string[]): string[] | null {
  return sources.length === 0 ? null : sources.toSorted();
}

interface Values {
  enabled: boolean;
  sources?: string[];
  reason?: string;
}

/** Asked for where several are switched. */
type Seen = { ruleIds?: readonly string[]; preview?: string; unseenReason?: string };

function useSwitch({ path, together }: Switchable, onClose: () => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (body: RuleSwitchRequest & Seen) => callApi(z.unknown(), `/rules/${path}`, { method: 'PUT', body }),
    onSuccess: async (_answer, body) => {
      void message.success(
        body.enabled ? '已保存，正在按新的设置重新巡检' : `已停用，${together === null ? '它' : '它们'}发现的疑点正在撤回`,
      );
      onClose();
      await client.invalidateQueries({ queryKey: keys.rules });
      await client.invalidateQueries({ queryKey: keys.findings });
    },
  });
}

function SwitchForm({ target, sources, onClose }: { target: Switchable; sources: readonly SourceOption[]; onClose: () => void }) {
  const [form] = Form.useForm<Values>();
  const enabled = Form.useWatch('enabled', form) ?? target.current.enabled;
  const limitedTo = limitOf(Form.useWatch('sources', form) ?? target.current.sources ?? []);
  const changes = !target.current.enabled || JSON.stringify(limitedTo) !== JSON.stringify(limitOf(target.current.sources ?? []));
  const save = useSwitch(target, onClose);
  const seen = useSeenSwitch(target.together, { enabled, sources: limitedTo });
  const check = async (_: unknown, value: string | undefined) => {
    const parsed = reasonSchema.safeParse(value ?? '');
    if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? '请写明理由');
  };
  const submit = ({ enabled, sources: chosen = [], reason = '' }: Values) =>
    save.mutate({
      ...(target.together && 'ruleIds' in target.together ? target.together : {}),
      enabled,
      sources: limitOf(chosen),
      reason: reason.trim(),
      ...seen.sent,
    });
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ enabled: target.current.enabled, sources: target.current.sources ?? [] }}
      onFinish={submit}
    >
      <p style={{ color: 'var(--ink-soft)', marginBottom: 12 }}>
        停用后不再研判，已发现而尚未处理的疑点会撤回，并注明“规则已停用”；再启用时对全部历史重新巡检。人工作出的决定不受影响。
      </p>
      {save.isError ? <Alert role="alert" type="error" showIcon title={save.error.message} style={{ marginBottom: 12 }} /> : null}
      <Form.Item name="enabled" label="是否启用" valuePropName="checked">
        <Switch checkedChildren="启用" unCheckedChildren="停用" />
      </Form.Item>
      {target.current.enabled && !enabled ? <WhatGoes open={target.open} isSeveral={target.together !== null} /> : null}
      <SourcesItem target={target} sources={sources} />
      {enabled && target.isOffByPack ? (
        <Alert
          type="info"
          showIcon
          title="它所在的规则包停用着：这里改了也不会研判，启用规则包以后才会。"
          style={{ marginBottom: 12 }}
        />
      ) : null}
      {enabled && changes && target.rule !== null && !target.isOffByPack ? (
        <WhatComesOf rule={target.rule} limitedTo={limitedTo} />
      ) : null}
      {seen.field}
      <Form.Item name="reason" label="理由" rules={[{ validator: check }]}>
        <Input.TextArea
          rows={3}
          maxLength={MAX_REASON_CHARS}
          showCount
          placeholder="例如：本县这类工单由市里直接督办，不在本平台核实"
        />
      </Form.Item>
      <Space style={{ width: '100%', justifyContent: 'flex-end' }}>
        <Button onClick={onClose}>取消</Button>
        <Button type="primary" htmlType="submit" loading={save.isPending} disabled={seen.isMissing}>
          保存
        </Button>
      </Space>
    </Form>
  );
}

function SourcesItem({ target: { together }, sources }: { target: Switchable; sources: readonly SourceOption[] }) {
  const ownLimits = together !== null && 'ruleIds' in together ? '选中的规则各自的限定，都改成这里选的。' : '';
  return (
    <Form.Item
      name="sources"
      label="只研判这些数据源的记录"
      extra={`不选就是全部数据源。别的数据源的记录不再造成疑点，但仍可以证明事情已经办了。${ownLimits}`}
    >
      <Select
        mode="multiple"
        allowClear
        placeholder="全部数据源"
        optionFilterProp="label"
        options={sources.map(({ name, label }) => ({ value: name, label }))}
      />
    </Form.Item>
  );
}
