import Sequencer from '@jest/test-sequencer';

/** Start whole products, clusters and browsers: minutes each. The others take seconds, and fill what is left at the end. */
const LONG = ['/test/faults/faults.', '/test/properties/', '/test/e2e/', '/test/'];

/**
 * The longest first: on a new machine nobody knows yet how long each takes, and jest begins with the largest files; a suite of a quarter of an hour that is
 * begun last would be waited for with one worker idle.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const found = LONG.findIndex((part) => path.includes(part));
      return found === -1 ? LONG.length : found;
    };
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}
