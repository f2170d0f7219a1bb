import type { Catalogue, FieldKind, Privacy } from '@tianyan/contracts';
import type { NamesDirectory } from '@tianyan/rules';
import type { Dictionary, DivisionList, UnitList } from '../api/index.js';
import { SYSTEM_LABELS } from './system-labels.js';

const KIND_LABELS: Readonly<Record<FieldKind, string>> = {
  text: '文本',
  code: '编码',
  integer: '整数',
  money: '金额',
  area: '面积',
  flag: '是或否',
  instant: '时间',
  day: '日期',
};

const PRIVACY_LABELS: Readonly<Record<Privacy, string>> = {
  public: '公开',
  internal: '内部',
  personal: '个人信息',
  secret: '敏感',
};

/** Names of places and units, and what every field of every record means. */
export class DictionaryCases {
  constructor(private readonly parts: { names: NamesDirectory; catalogue: Catalogue }) {}

  async divisions(): Promise<DivisionList> {
    return { items: [...(await this.parts.names.refresh()).divisions] };
  }

  async units(): Promise<UnitList> {
    const kinds = this.parts.catalogue.find('directory.unit')?.fields['kind']?.values ?? {};
    const { units } = await this.parts.names.refresh();
    return { items: units.map(({ unitId, name, kind }) => ({ unitId, name, kindLabel: kinds[kind] ?? kind })) };
  }

  dictionary(): Dictionary {
    return {
      types: this.parts.catalogue.all().map(({ type, label, system, description, fields }) => ({
        type,
        label,
        systemLabel: SYSTEM_LABELS[system],
        description,
        fields: Object.entries(fields).map(([name, meta]) => ({
          name,
          label: meta.label,
          kind: meta.kind,
          kindLabel: KIND_LABELS[meta.kind],
          privacy: meta.privacy,
          privacyLabel: PRIVACY_LABELS[meta.privacy],
          unit: meta.unit ?? null,
          optional: meta.optional,
          values: Object.entries(meta.values ?? {}).map(([value, text]) => ({ value, label: text })),
        })),
      })),
    };
  }
}
