import { execute, NamedLock, type Pool } from '@tianyan/postgres';

/** All that `finding_tally` counts by. */
const KEY = 'rule_id, title, problem_class, severity, status, verdict, township_code, stake, shadow';

/**
 * Folds the rows of `finding_tally` that say how numbers have changed into one row for each number. Whoever counts sees either the rows of before or
 * the one after, which have the same sum; whoever writes meanwhile adds rows, and waits for nobody.
 */
export class FindingTallies {
  private readonly lock: NamedLock;

  constructor(private readonly pool: Pool) {
    this.lock = new NamedLock(pool);
  }

  /**
   * By one process at a time: two would wait for each other's rows. Numbers of which there is one row stay as they are: most have not changed, and
   * writing all of them would leave as many dead rows behind.
   */
  async fold(): Promise<void> {
    await this.lock.alone('finding-tallies', async () => {
      await execute(
        this.pool,
        // Rows are never updated: each is still where the same statement has seen it.
        `WITH scattered AS (
           SELECT unnest(array_agg(ctid)) AS place FROM finding_tally GROUP BY ${KEY} HAVING count(*) > 1 OR sum(count) = 0),
         taken AS (DELETE FROM finding_tally WHERE ctid = ANY (ARRAY(SELECT place FROM scattered)) RETURNING *)
         INSERT INTO finding_tally SELECT ${KEY}, sum(count) FROM taken GROUP BY ${KEY} HAVING sum(count) <> 0`,
      );
      return null;
    });
  }
}
