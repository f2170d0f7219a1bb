import { LIVE_STARTS, PAST_STARTS, type Size } from './options.js';
import { StoryBook } from './stories/story-book.js';
import { TruthList } from './truth/truth.js';
import { HotlineRenderer } from './upstreams/hotline/render.js';
import { HotlineTimeline } from './upstreams/hotline/timeline.js';
import { loadCounty, type County } from './world/county.js';

/** Story rates rise so many days before the live start: deadlines run out days after an order came in. */
const LIVE_RATE_DAYS_AHEAD = 10;

/** The made-up world behind the three upstream systems: a function of seed and size, planned day by day. */
export class SandboxWorld {
  readonly county: County = loadCounty();
  readonly truth = new TruthList();
  readonly stories: StoryBook;
  readonly hotline: HotlineTimeline;
  readonly hotlineRenderer: HotlineRenderer;

  constructor(
    readonly seed: number,
    readonly size: Size,
  ) {
    const blocked = () => false;
    const plan = {
      startDay: PAST_STARTS,
      liveDay: LIVE_STARTS - LIVE_RATE_DAYS_AHEAD,
      perPastYear: size.problemsPerYear,
      perLiveDay: size.problemsPerLiveDay,
    };
    this.stories = new StoryBook(seed, this.county, blocked, plan, () => {});
    this.hotline = new HotlineTimeline(
      seed,
      this.county,
      PAST_STARTS,
      size.orders / 365,
      blocked,
      this.stories,
      this.truth,
      () => {},
    );
    this.hotlineRenderer = new HotlineRenderer(seed, this.county);
  }
}
