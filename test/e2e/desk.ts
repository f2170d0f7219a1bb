import { expect } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { keepScreenshot } from './browser.js';
import { NEW_PASSWORD, PHONE, SCREEN, Visitor } from './visitor.js';

/** A machine that runs the whole suite may need so long for one answer. */
const STEP_MS = 30_000;
const PHOTO_SIZE = { width: 480, height: 320 };

/** Several people at one desk, one after the other; some of them have a telephone in hand. */
export class Desk {
  private constructor(
    readonly visitor: Visitor,
    private readonly url: string,
  ) {}

  static async at(browser: Browser, url: string): Promise<Desk> {
    const visitor = await Visitor.arrive(browser);
    visitor.page.setDefaultTimeout(STEP_MS);
    return new Desk(visitor, url);
  }

  get page(): Page {
    return this.visitor.page;
  }

  dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  region(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** Signs in; what people do in the field they do with a telephone. */
  async be(account: string, { phone = false } = {}): Promise<void> {
    await this.page.setViewportSize(phone ? PHONE : SCREEN);
    await this.visitor.become(this.url, { account, password: NEW_PASSWORD });
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.url}${path}`);
    await this.page.getByRole('heading', { level: 1 }).waitFor();
  }

  /** Where the page is, below the address of the console. */
  path(): string {
    return new URL(this.page.url()).pathname;
  }

  async write(label: string | RegExp, text: string): Promise<void> {
    await this.dialog().getByLabel(label, { exact: true }).fill(text);
  }

  async choose(option: string): Promise<void> {
    await this.visitor.choose(this.dialog().getByRole('radio', { name: option, exact: true }));
  }

  async pick(label: string, option: RegExp): Promise<void> {
    await this.visitor.pick(this.dialog().getByLabel(label, { exact: true }), this.page.getByTitle(option));
  }

  async press(label: string): Promise<void> {
    const button = this.page.getByRole('button', { name: label, exact: true });
    // A page that is still on its way offers nothing yet.
    await button.waitFor();
    await this.visitor.press(button, (timeout) => this.dialog().waitFor({ timeout }));
  }

  async confirm(label: string): Promise<void> {
    await this.visitor.press(this.dialog().getByRole('button', { name: `确认${label}`, exact: true }), (timeout) =>
      this.dialog().waitFor({ state: 'hidden', timeout }),
    );
  }

  /** Presses what is offered, gives what is asked for, and sees it done. */
  async take(label: string, fill: () => Promise<void> = async () => undefined, confirmed = label): Promise<void> {
    await this.press(label);
    await fill();
    await this.confirm(confirmed);
  }

  /** Above all else the page says where the matter stands. */
  async standsAt(state: string): Promise<void> {
    await this.page.locator('article > header').getByText(state, { exact: true }).waitFor();
  }

  /** Takes a picture with the telephone, and sees it among the files of a panel. */
  async photograph(panel: string, name: string, photo: Buffer): Promise<void> {
    const files = this.region(panel);
    await files.locator('input[type=file][capture]').setInputFiles({ name, mimeType: 'image/png', buffer: photo });
    await this.isSeen(panel, name);
  }

  /** The picture is there, and not only its name. */
  async isSeen(panel: string, name: string): Promise<void> {
    const file = this.region(panel)
      .getByRole('list', { name: '附件', exact: true })
      .getByRole('listitem')
      .filter({ hasText: name });
    const image = file.locator('img');
    await image.scrollIntoViewIfNeeded();
    await this.visitor.becomesTrue(() => image.evaluate((shown) => (shown as HTMLImageElement).naturalWidth > 0), STEP_MS); // an img
  }

  /** Nothing that keeps people from using it, and nothing wider than the screen, at a desk and on a telephone; a picture of each. */
  async looksRight(name: string): Promise<void> {
    const before = this.page.viewportSize() ?? SCREEN;
    for (const [size, suffix] of [
      [SCREEN, ''],
      [PHONE, '-phone'],
    ] as const) {
      await this.page.setViewportSize(size);
      await this.isStill();
      expect([name + suffix, await this.visitor.accessibilityFaults(), await this.visitor.overflowPx()]).toEqual([
        name + suffix,
        [],
        0,
      ]);
      await keepScreenshot(this.page, name + suffix);
    }
    await this.page.setViewportSize(before);
  }

  /** What is half faded in or out under the mouse has no contrast yet, and a word of what was just done covers the page. */
  private async isStill(): Promise<void> {
    await this.page.mouse.move(0, 0);
    await this.page.locator('.ant-message-notice').first().waitFor({ state: 'detached' });
    await this.page.evaluate(() => window.scrollTo(0, 0));
    await this.page.evaluate(async () => {
      const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
      await Promise.allSettled(ending.map(({ finished }) => finished));
    });
  }
}

/** A picture of a road with holes of such a colour, as a telephone would take one. What the page shows is lost. */
export async function roadPhoto(page: Page, holes: string): Promise<Buffer> {
  await page.setContent(`<body style="margin:0"><svg width="480" height="320" xmlns="http://www.w3.org/2000/svg">
    <rect width="480" height="150" fill="#bcd3e6"/><rect y="130" width="480" height="190" fill="#7f9a5f"/>
    <path d="M200 130h80l150 190H50z" fill="#8b8d90"/><path d="M238 130h4l8 190h-20z" fill="#e8e4d0"/>
    <g fill="${holes}"><ellipse cx="180" cy="230" rx="34" ry="11"/><ellipse cx="300" cy="272" rx="46" ry="15"/>
    <ellipse cx="228" cy="170" rx="16" ry="5"/></g></svg>`);
  return page.screenshot({ clip: { x: 0, y: 0, ...PHOTO_SIZE } });
}
