import axe from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { collectComplaints } from './browser.js';

/** What everybody's first password is changed to. */
export const NEW_PASSWORD = 'Xiang-Shui-2026!';
/** What follows a click at once. */
const CLICK_MS = 20_000;
/** A menu that is open is reached at once, or has closed. */
const MENU_MS = 10_000;

export const SCREEN = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
/** Other suites may share the machine: a page is waited for as long as nobody would wait. */
export const PAGE_MS = 120_000;

/** A person at a browser of their own. */
export class Visitor {
  private constructor(
    readonly page: Page,
    /** What the pages complained about. */
    readonly complaints: readonly string[],
  ) {}

  static async arrive(browser: Browser): Promise<Visitor> {
    // What moves is looked at where it is, not on its way: what is half faded in has no contrast yet, and a list that fades out no name.
    const looks = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport: SCREEN, reducedMotion: 'reduce' } as const;
    const page = await browser.newPage(looks);
    page.setDefaultTimeout(PAGE_MS);
    return new Visitor(page, collectComplaints(page));
  }

  async tryPassword(account: string, password: string): Promise<void> {
    await this.page.getByLabel('账号').fill(account);
    await this.page.getByLabel('密码', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: '登录' }).click();
  }

  /** The first password has to be replaced before anything else. */
  async signInFirst(account: string, password: string): Promise<void> {
    const { page } = this;
    await this.tryPassword(account, password);
    await page.getByRole('heading', { name: '请先修改密码' }).waitFor();
    await page.getByLabel('当前密码').fill(password);
    await page.getByLabel('新密码', { exact: true }).fill(NEW_PASSWORD);
    await page.getByLabel('再输一遍新密码').fill(NEW_PASSWORD);
    await page.getByRole('button', { name: '保存新密码' }).click();
    await this.isInside();
  }

  async signInAgain(account: string): Promise<void> {
    await this.tryPassword(account, NEW_PASSWORD);
    await this.isInside();
  }

  /**
   * The window has just changed its size: a menu that is drawn anew meanwhile swallows the click, or closes before its item is
   * reached, so a person tries again.
   */
  async signOut(): Promise<void> {
    const signInForm = this.page.getByRole('heading', { name: '登录' });
    const item = this.page.getByRole('menuitem', { name: '退出登录' });
    await this.becomesTrue(async () => {
      if (!(await item.isVisible())) await this.page.getByRole('button', { name: /账号菜单/ }).click({ timeout: CLICK_MS });
      return item
        .click({ timeout: MENU_MS })
        .then(() => signInForm.waitFor({ timeout: CLICK_MS }))
        .then(
          () => true,
          () => false,
        );
    }, PAGE_MS);
  }

  /** Somebody else sits down: nobody is signed in any more, without the way through the menu. */
  async stepAside(url: string): Promise<void> {
    await this.page.context().clearCookies();
    await this.page.goto(url);
    await this.page.getByRole('heading', { name: '登录' }).waitFor();
  }

  /** Somebody else sits down, and signs in with a password that is theirs. */
  async become(url: string, { account, password }: { account: string; password: string }): Promise<void> {
    await this.stepAside(url);
    await this.tryPassword(account, password);
    // On a phone the menu is closed.
    await this.page.getByRole('button', { name: /账号菜单/ }).waitFor();
  }

  /**
   * Presses a button until what it leads to happens: a dialog that is still on its way in swallows a click, and a person tries again. A button that
   * waits for an answer does nothing.
   */
  async press(button: Locator, happens: (timeoutMs: number) => Promise<void>): Promise<void> {
    await this.becomesTrue(async () => {
      if (await button.isVisible()) await button.click({ timeout: CLICK_MS }).catch(noted);
      return happens(CLICK_MS).then(
        () => true,
        () => false,
      );
    }, PAGE_MS);
  }

  /**
   * Chooses one of several, until it is chosen: what is chosen shows when the form has been drawn anew, and a dialog that is still on its way in
   * swallows a click.
   */
  async choose(radio: Locator): Promise<void> {
    await radio.waitFor();
    await this.becomesTrue(async () => {
      if (!(await radio.isChecked())) await radio.click({ timeout: CLICK_MS }).catch(noted);
      return radio.isChecked();
    }, PAGE_MS);
  }

  /**
   * Picks one from a list that a field opens, until the list is closed again: on a machine that is busy a list may stay open, over what comes next,
   * and a person presses once more.
   */
  async pick(field: Locator, option: Locator): Promise<void> {
    const isOpen = async () => (await field.getAttribute('aria-expanded')) === 'true';
    await this.becomesTrue(async () => {
      if (!(await isOpen())) await field.click({ timeout: CLICK_MS }).catch(noted);
      const isPressed = await option.click({ timeout: CLICK_MS }).then(
        () => true,
        () => false,
      );
      await this.becomesTrue(async () => !(await isOpen()), MENU_MS).catch(noted);
      return isPressed && !(await isOpen());
    }, PAGE_MS);
  }

  async openFromMenu(name: string): Promise<void> {
    const menu = this.page.getByRole('navigation', { name: '主菜单' });
    await menu.getByRole('link', { name: new RegExp(`^${name}`) }).click();
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
  }

  region(name: string | RegExp): Locator {
    return this.page.getByRole('region', { name });
  }

  /** How much wider than the screen the page is. */
  async overflowPx(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  }

  /**
   * What axe finds on the page as it stands that keeps people from using it, a line for each kind of fault: its rule, how
   * often, and an element that has it.
   */
  async accessibilityFaults(): Promise<string[]> {
    const { page } = this;
    await page.evaluate(axe.source);
    // The source has put it there; the types of a window know nothing of it.
    const { violations } = await page.evaluate(() =>
      (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
    );
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id} × ${nodes.length}: ${nodes[0]?.failureSummary ?? ''} ${nodes[0]?.html ?? ''}`);
  }

  /** Everything that was on its way when the page was opened is there. */
  async isSettled(): Promise<void> {
    await this.page.getByRole('heading', { level: 1 }).waitFor();
    await this.becomesTrue(async () => (await this.page.getByLabel('正在读取').count()) === 0, PAGE_MS);
  }

  async becomesTrue(holds: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs;
    while (!(await holds())) {
      if (Date.now() > deadlineMs) throw new Error(`did not happen within ${timeoutMs} ms`);
      await this.page.waitForTimeout(250);
    }
  }

  private async isInside(): Promise<void> {
    await this.page.getByRole('navigation', { name: '主菜单' }).waitFor();
  }
}

/** Whether it was pressed shows in what happens. */
function noted(): void {}
