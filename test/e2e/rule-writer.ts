import type { Locator, Page } from 'playwright-core';

const KEPT_TEXT = '规则全文（YAML）';

/** A person who writes a rule in the form alone: chooses and types, never touches the text beside it. */
export class RuleWriter {
  constructor(readonly page: Page) {}

  section(title: string | RegExp): Locator {
    return this.page.getByRole('region', { name: title });
  }

  at(path: string): Locator {
    return this.page.locator(`[data-path="${path}"]`);
  }

  /** The text that came of it. */
  async text(): Promise<string> {
    return this.page.getByLabel(KEPT_TEXT).inputValue();
  }

  /** The control at a place: `nth` where a choice of how to write it stands before. */
  async set(path: string, value: string, nth = 0): Promise<void> {
    const control = this.at(path).first().locator('select, input, textarea').nth(nth);
    const isChoice = (await control.evaluate((element) => element.tagName)) === 'SELECT';
    await (isChoice ? control.selectOption(value) : control.fill(value));
  }

  async add(path: string, part: string): Promise<void> {
    await this.at(path).first().getByLabel('加一项').last().selectOption(part);
  }

  /** A part of the way of judging itself. */
  async addToJudging(part: string): Promise<void> {
    await this.section(/^3 /).getByLabel('加一项', { exact: true }).last().selectOption(part);
  }

  /** One more entry of a part whose names the author gives. */
  async addNamed(path: string, name: string, value: string): Promise<void> {
    const entries = this.at(path).first();
    await entries.getByRole('button', { name: '加一项' }).click();
    await entries.getByLabel('名称').last().fill(name);
    await this.set(`${path}.${name}`, value);
  }

  async oneOf(path: string, part: string): Promise<void> {
    await this.at(path).first().getByLabel('用哪一种').last().selectOption(part);
  }

  async header(input: { id: string; title: string; description: string }): Promise<void> {
    for (const [part, value] of Object.entries(input)) await this.set(part, value);
    await this.set('version', '1');
    await this.set('class', '官僚主义');
    await this.set('severity', 'medium');
    const basis = this.section('7 依据');
    await basis.getByRole('button', { name: '加一条依据' }).click();
    await basis.getByLabel('文件（名称和文号）').fill('比较用');
    await basis.getByLabel('它的要求').fill('没有要求');
  }

  async scope(...fields: readonly string[]): Promise<void> {
    for (const field of fields) await this.section('1 判断对象').getByLabel('加一个判断对象').selectOption(field);
  }

  /** A kind of record under a name in the text and one for people. */
  async input(type: string, begun: string, name: string, words: string): Promise<void> {
    await this.section('2 看哪些记录').getByLabel('加一种记录').selectOption(type);
    const card = this.at(`inputs.${begun}`);
    if (words !== '') await card.getByLabel('叫什么（中文）').fill(words);
    if (name === begun) return;
    await card.getByLabel('代号').fill(name);
    await card.getByLabel('代号').press('Enter');
    await this.at(`inputs.${name}`).waitFor();
  }

  async condition(input: string, field: string, value: string): Promise<void> {
    const where = this.at(`inputs.${input}.where`);
    await where.getByLabel('加一个条件').selectOption(field);
    await this.at(`inputs.${input}.where.${field}`).getByLabel(/：值$/).selectOption(value);
  }

  async anyOf(input: string, field: string, labels: readonly string[]): Promise<void> {
    const where = this.at(`inputs.${input}.where`);
    await where.getByLabel('加一个条件').selectOption(field);
    const tests = this.at(`inputs.${input}.where.${field}`);
    await tests.getByLabel(/怎么比$/).selectOption('in');
    // What a list of values begins with.
    const begun = await tests
      .getByRole('checkbox', { checked: true })
      .evaluateAll((boxes) => boxes.map((box) => box.closest('label')?.textContent ?? ''));
    for (const label of labels) await tests.getByLabel(label, { exact: true }).check();
    for (const label of begun) if (!labels.includes(label)) await tests.getByLabel(label, { exact: true }).uncheck();
  }

  async link(input: string, to: string, fields: Readonly<Record<string, string>>): Promise<void> {
    await this.at(`inputs.${input}`).getByLabel('怎样归到判断对象').selectOption(to);
    const on = this.at(`inputs.${input}.link.on`);
    for (const [own, theirs] of Object.entries(fields)) {
      await on.getByLabel('加一个连接字段').selectOption(own);
      await on.getByLabel('对方的字段').last().selectOption(theirs);
    }
  }

  async kind(name: string): Promise<void> {
    await this.at('kind').getByLabel('怎么判断').selectOption(name);
  }

  /** Of a comparison between registers: a condition by itself, none of several. */
  async oneCondition(): Promise<void> {
    await this.at('all.0').getByLabel(/写法$/).first().selectOption({ label: '一个条件' });
  }

  async subject(reference: string): Promise<void> {
    await this.section('5 涉及谁').getByLabel('加一个涉及对象').selectOption(reference);
  }

  /** Words and what the system fills in, in turn. */
  async explain(...parts: readonly (string | { figure: string })[]): Promise<void> {
    const section = this.section('6 说明文字');
    const area = section.getByLabel('说明文字');
    for (const part of parts) {
      if (typeof part === 'string') {
        await area.press('End');
        await area.pressSequentially(part);
      } else
        await section
          .getByRole('group', { name: '插入系统能填的内容' })
          .getByRole('button', { name: part.figure, exact: true })
          .click();
    }
  }

  async figure(reference: string, name: string): Promise<void> {
    const section = this.section('6 说明文字');
    await section.getByLabel('加一个说明字段').selectOption(reference);
    await section
      .getByLabel(/^说明字段 \d+ 的名称$/)
      .last()
      .fill(name);
  }

  /** An example that nothing may come of; the records are those that the form begins with. */
  async quietExample(name: string): Promise<void> {
    await this.section('8 例子').getByRole('button', { name: '加一个例子' }).click();
    await this.set('examples.0.name', name);
  }

  /** One more field of a record of the first example. */
  async recordField(record: number, field: string, value: string): Promise<void> {
    await this.section('8 例子').getByLabel('加一个字段').nth(record).selectOption(field);
    await this.set(`examples.0.records.${record}.${field}`, value);
  }

  async expectHit(scope: string): Promise<void> {
    await this.at('examples.0.expect')
      .getByRole('button', { name: /加一个$/ })
      .click();
    await this.set('examples.0.expect.0.scope', scope);
    await this.set('examples.0.expect.0.hit', 'true');
  }

  /** As the server says of the text as it stands now. */
  async isRight(): Promise<void> {
    await this.section('这条规则的意思').getByText('写法没有问题').waitFor();
  }
}
