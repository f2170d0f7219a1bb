import type { ClickHouseClient } from '@clickhouse/client';
import type { IdSource } from '@tianyan/kernel';
import { sqlText } from './sql-text.js';
import type { QueryEnder } from './warehouse.js';

/**
 * Ends queries by their name. A server looks whether its client is still there only when it has something to send; with
 * `wait_end_of_query` that is at the very end, and until then a sweep that was given up would take its threads and memory.
 */
export function endQueriesWith(client: ClickHouseClient, ids: IdSource): QueryEnder {
  return {
    newQueryId: () => ids.next(),
    named: (sql) => sql,
    async end(queryId) {
      // ASYNC: the server has been told; how long the query takes to notice is none of the caller's business.
      const query = 'KILL QUERY WHERE query_id = {id:String} ASYNC';
      await client.command({ query, query_params: { id: queryId } }).catch(() => {
        // Whoever gave up the query has an error of their own, and the server ends it by `max_execution_time` in any case.
      });
    },
  };
}

/**
 * The same inside this process. The embedded client forgets the name of a query, so it stands in the statement; without this one that was
 * given up runs to its end, and its client with it, which another reader then waits for.
 */
export function endEmbeddedQueriesWith(client: ClickHouseClient, ids: IdSource): QueryEnder {
  const mark = (queryId: string) => `/* ${queryId} */`;
  return {
    newQueryId: () => ids.next(),
    named: (sql, queryId) => `${mark(queryId)} ${sql}`,
    async end(queryId) {
      const query = `KILL QUERY WHERE startsWith(query, ${sqlText(mark(queryId))}) ASYNC`;
      await client.command({ query }).catch(() => {
        // As above: it ends by `max_execution_time` in any case.
      });
    },
  };
}
