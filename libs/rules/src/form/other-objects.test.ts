import { describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import { checkDraft, ruleFormParts, ruleTemplates } from '../index.js';

const templateSchema = z.looseObject({
  scope: z.array(z.string()),
  inputs: z.record(z.string(), z.looseObject({ type: z.string() })),
  parameters: z.record(z.string(), z.unknown()).default({}),
  explanation: z.string(),
});
type Template = z.output<typeof templateSchema>;

/** Names that everybody knows. */
const KNOWN = /YAML|SQL/g;
/** What only the text calls so: `unitId`, `hotline.order`, `distinct`. */
const CODE = /[A-Za-z]{2,}/;

/** What is said of a draft that cites the text by its names. A place to fill in is cited as it stands in the explanation, where it is looked for. */
function coded(template: object, { explanation }: Pick<Template, 'explanation'>): string[] {
  const { problems, meaning, figures } = checkDraft(JSON.stringify(template), builtInCatalogue);
  const said = [
    ...problems.flatMap(({ place, plain }) => [place, plain]),
    ...(meaning ? [meaning.judged, meaning.findings, ...meaning.inputs.map(({ words }) => words)] : []),
    ...figures.map(({ label }) => label),
  ];
  const cited = [...explanation.matchAll(/\{[^}]*\}/g)].map(([place]) => place);
  const rest = (words: string) => cited.reduce((left, place) => left.replaceAll(place, ''), words).replaceAll(KNOWN, '');
  return said.filter((words) => CODE.test(rest(words)));
}

function sharedLabels(template: object): string[] {
  const labels = checkDraft(JSON.stringify(template), builtInCatalogue).figures.map(({ label }) => label);
  return labels.filter((label, i) => labels.indexOf(label) < i);
}

/** The template with each other object that the form offers: in the place of a part of the scope, beside them, and of each input another record type. */
function* others(template: Template): Generator<{ change: string; changed: Template }> {
  const { scope, inputs } = template;
  const types = new Set(Object.values(inputs).map(({ type }) => type));
  const fields = [
    ...new Set([
      ...[...types].flatMap((type) => Object.keys(builtInCatalogue.find(type)?.fields ?? {})),
      ...ruleFormParts().commonFields.map(({ name }) => name),
    ]),
  ];
  for (const field of fields) {
    for (const i of scope.keys())
      yield { change: `${scope[i]} → ${field}`, changed: { ...template, scope: scope.with(i, field) } };
    if (scope.length < 3) yield { change: `and ${field}`, changed: { ...template, scope: [...scope, field] } };
  }
  for (const [name, input] of Object.entries(inputs)) {
    for (const { type } of builtInCatalogue.all())
      yield { change: `${name}: ${type}`, changed: { ...template, inputs: { ...inputs, [name]: { ...input, type } } } };
    const { [name]: _gone, ...left } = inputs;
    yield { change: `without ${name}`, changed: { ...template, inputs: left } };
  }
  yield { change: 'without parameters', changed: { ...template, parameters: {} } };
}

describe('whatever object is chosen in a template', () => {
  const templates = ruleTemplates().map(({ name, yaml }) => ({ name, template: templateSchema.parse(parse(yaml)) }));

  test.each(templates)('$name: what is wrong and what it means is said without a name of code', ({ template }) => {
    const all = [...others(template)];
    expect(all.length).toBeGreaterThan(50);
    const found = all.flatMap(({ change, changed }) => coded(changed, template).map((words) => `${change}: ${words}`));
    expect(found).toEqual([]);
  });

  test.each(templates)('$name: nothing that the explanation may cite is called as something else is', ({ template }) => {
    const found = [...others(template)].flatMap(({ change, changed }) =>
      sharedLabels(changed).map((label) => `${change}: ${label}`),
    );
    expect(found).toEqual([]);
  });

  test.each(templates)('$name: the sentence begins with what a finding is about', ({ template }) => {
    for (const { changed } of others(template)) {
      const { meaning } = checkDraft(JSON.stringify(changed), builtInCatalogue);
      if (meaning === null) continue;
      expect(meaning.judged).toMatch(/^同一/);
      expect(meaning.findings).toMatch(/^每.*最多一条疑点/);
    }
  });
});

test('the chips of a count bear words, also where a parameter is called as a figure is', () => {
  const [first] = ruleTemplates();
  const labels = checkDraft(first?.yaml ?? '', builtInCatalogue).figures.map(({ name, label }) => [name, label]);
  expect(labels).toEqual(
    expect.arrayContaining([
      ['count', '次数'],
      ['minTimes', '次数（参数）'],
      ['distinct', '不同取值的个数'],
      ['sum', '合计'],
      ['threshold', '要达到的数'],
    ]),
  );
});

test('what is chosen anew is named where it is, and what is wrong there', () => {
  const template = templateSchema.parse(parse(ruleTemplates()[0]?.yaml ?? ''));
  const { problems } = checkDraft(JSON.stringify({ ...template, scope: ['contractId'] }), builtInCatalogue);
  expect(problems.map(({ place, plain }) => `${place}：${plain}`)).toEqual([
    '看哪些记录 › 退回：“工单流转记录”里没有“合同编号”，归不到判断对象：请选取自哪个字段，或改为连到别的记录，或换一个判断对象',
    '说明文字：{orderId}（工单编号）现在填不出来：请删去，需要的用下面的按钮重新插入',
  ]);
});
