import type { Reach } from '@tianyan/access';
import { rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import { applyFilter, Conditions, isNarrow, isTallied, tallied, type FindingFilter } from './finding-conditions.js';
import { riskParameter, riskSql, type RuleRisk } from './risk/risk.js';

/** The last row of the page before: what it is ordered by, and its id. */
export interface ListPosition {
  /** A whole number. */
  key: string;
  id: string;
}

export interface RankedPage {
  risks: ReadonlyMap<string, RuleRisk>;
  limit: number;
  after: ListPosition | null;
  /**
   * Condition on a finding within the filter, of which `o` has `id`, `risk` and `subject_key`; missing: all fit.
   * @param risk of `f` of a statement within
   */
  fits?: (where: Conditions, risk: string) => string;
}

const rankedSchema = z.object({ id: z.string(), risk: z.int() });
export type RankedFinding = z.output<typeof rankedSchema>;
/** The last row has no finding where none fits. */
const roundSchema = z.object({ id: z.string().nullable(), risk: z.int().nullable(), isAll: z.boolean() });

/** How many findings are looked at first for a page of them, times its rows: enough where nearly all fit. */
const FIRST_TIMES = 2;
/** From one round to the next; less where the share that has fitted says that less is enough. */
const MOST_GROWTH = 20;
/** After so many it is known whether what fits is rare … */
const SAMPLE = 2_000;
/** … which it is where more than so many would have to be looked at for one page. */
const MOST_LOOKED_AT = 40_000;

/** So many that an index leads to are read and sorted as quickly as they are looked for along the ranks. */
const FEW = 10_000;

/**
 * The findings of the greatest risk that fit, the greatest first. What is expected of a rule is another for each reach and changes with every
 * decision, so that no index holds the risk. But the kept counts know how many findings there are of each rule, state, township and stake, all of which
 * have one risk: as many of these *cells* as hold the page are looked into, the riskiest first, and an index leads to each. What lies in the others
 * comes behind all of that, so that it does not matter how deep the page is, or how many findings there are.
 * @param client in a snapshot: rounds that see different findings would skip some
 */
export async function topByRisk(
  client: ClientBase,
  reach: Reach,
  filter: FindingFilter,
  page: RankedPage,
): Promise<readonly RankedFinding[]> {
  if (isNarrow(filter)) return sorted(client, reach, filter, page);
  // What is rare would be looked for in every cell.
  const few = filter.text === undefined ? null : await sortedFew(client, reach, filter, page);
  if (few) return few;
  const isWhole = isTallied(filter);
  for (let candidates = FIRST_TIMES * page.limit; ;) {
    const { sql, values } = cellsSql(reach, filter, page, candidates);
    const { isAll, found } = await round(client, sql, values);
    if (found.length >= page.limit || isAll) return found;
    // Of what the kept counts know all fits, and sorting it would read the whole county.
    const isRare = candidates >= SAMPLE && (found.length / candidates) * MOST_LOOKED_AT < page.limit;
    if (isRare && !isWhole) return sorted(client, reach, filter, page);
    candidates *= Math.min(MOST_GROWTH, Math.ceil((1.5 * page.limit) / Math.max(1, found.length)));
  }
}

async function round(
  client: ClientBase,
  sql: string,
  values: readonly unknown[],
): Promise<{ isAll: boolean; found: readonly RankedFinding[] }> {
  const told = await rows(client, roundSchema, sql, values);
  const found = told.flatMap(({ id, risk }) => (id === null || risk === null ? [] : [{ id, risk }]));
  return { isAll: told[0]?.isAll ?? false, found };
}

/** All that fit, sorted. */
function sorted(client: ClientBase, reach: Reach, filter: FindingFilter, page: RankedPage): Promise<readonly RankedFinding[]> {
  const asked = new Asked(reach, filter, page);
  const { where, risk, limit } = asked;
  const sql = `SELECT o.id, o.risk FROM (SELECT ${asked.columns(risk)} FROM finding f ${where.sql()}) o WHERE ${asked.behind} AND ${asked.fits}
    ORDER BY o.risk DESC, o.id DESC LIMIT ${limit}`;
  return rows(client, rankedSchema, sql, where.values);
}

/** The same where no more than {@link FEW} fit, and no more than that are read to know; null: more do. */
async function sortedFew(
  client: ClientBase,
  reach: Reach,
  filter: FindingFilter,
  page: RankedPage,
): Promise<readonly RankedFinding[] | null> {
  const asked = new Asked(reach, filter, page);
  const { where, risk, limit } = asked;
  const sql = `WITH fitting AS MATERIALIZED (SELECT ${asked.columns(risk)} FROM finding f ${where.sql()} LIMIT ${FEW + 1})
    SELECT top.id, top.risk, looked."isAll" FROM (SELECT count(*) <= ${FEW} AS "isAll" FROM fitting) looked LEFT JOIN (
      SELECT o.id, o.risk FROM fitting o WHERE (SELECT count(*) <= ${FEW} FROM fitting) AND ${asked.behind} AND ${asked.fits}
      ORDER BY o.risk DESC, o.id DESC LIMIT ${limit}) top ON true
    ORDER BY top.risk DESC, top.id DESC`;
  const { isAll, found } = await round(client, sql, where.values);
  return isAll ? found : null;
}

interface Statement {
  sql: string;
  values: unknown[];
}

/**
 * Of the riskiest cells.
 * @param candidates so many findings lie in the cells that are looked into, but for those of the last risk among them
 */
function cellsSql(reach: Reach, filter: FindingFilter, page: RankedPage, candidates: number): Statement {
  const asked = new Asked(reach, filter, page);
  const { where, risk, after, limit } = asked;
  const inCells = where.ofSameReach();
  applyFilter(inCells, tallied(filter));
  const most = where.value(candidates);
  // Of the cells with just the risk of the last row nobody knows how many lie behind it.
  const known = after ? `CASE WHEN risk = ${after.risk} THEN 0 ELSE count END` : 'count';
  // A bound for the index, which a condition on the one kind of cells alone would not be.
  const behind = after
    ? `AND (f.stake, f.id) < (cell.stake + CASE WHEN cell.risk = ${after.risk} THEN 0 ELSE 1 END, CASE WHEN cell.risk = ${after.risk} THEN ${after.id} ELSE '' END)`
    : '';
  const ofCell = (
    township: string,
  ) => `SELECT o.id, o.risk FROM (SELECT ${asked.columns('cell.risk')} FROM finding f ${where.sql()}
        AND f.rule_id = cell.rule_id AND f.status = cell.status AND f.township_code ${township} AND f.stake = cell.stake ${behind}) o WHERE ${asked.fits}
      ORDER BY o.stake DESC, o.id DESC LIMIT ${limit}`;
  const sql = `WITH cell AS MATERIALIZED (
      SELECT *, coalesce(sum(${known}) OVER (ORDER BY risk DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS above FROM (
        SELECT f.rule_id, f.status, f.township_code, f.stake, ${risk} AS risk, sum(f.count) AS count FROM finding_tally f ${inCells.sql()}
        GROUP BY f.rule_id, f.status, f.township_code, f.stake HAVING sum(f.count) > 0) counted
      ${after ? `WHERE risk <= ${after.risk}` : ''}),
    riskiest AS MATERIALIZED (SELECT * FROM cell WHERE above < ${most})
    SELECT top.id, top.risk, looked."isAll" FROM (SELECT coalesce(max(above) < ${most}, true) AS "isAll" FROM cell) looked LEFT JOIN (
      SELECT of_cell.* FROM riskiest cell, LATERAL (${ofCell('= cell.township_code')}) of_cell WHERE cell.township_code IS NOT NULL
      UNION ALL SELECT of_cell.* FROM riskiest cell, LATERAL (${ofCell('IS NULL')}) of_cell WHERE cell.township_code IS NULL
      ORDER BY risk DESC, id DESC LIMIT ${limit}) top ON true
    ORDER BY top.risk DESC, top.id DESC`;
  return { sql, values: where.values };
}

/** What both ways of a page have in common. */
class Asked {
  readonly where: Conditions;
  readonly limit: string;
  readonly risk: string;
  readonly after: { risk: string; id: string } | null;
  /** On `o`, a finding within the filter; whether it comes behind the page before. */
  readonly behind: string;
  readonly fits: string;

  constructor(
    reach: Reach,
    filter: FindingFilter,
    private readonly page: RankedPage,
  ) {
    const where = new Conditions(reach);
    applyFilter(where, filter);
    this.where = where;
    this.limit = where.value(page.limit);
    this.risk = riskSql(where.value(riskParameter(page.risks)));
    this.after = page.after && { risk: `${where.value(page.after.key)}::bigint`, id: `${where.value(page.after.id)}::text` };
    this.behind = this.after ? `(o.risk, o.id) < (${this.after.risk}, ${this.after.id})` : 'true';
    this.fits = page.fits ? page.fits(where, this.risk) : 'true';
  }

  /** No more than is asked for: where nothing has to be read from the table the index is enough. */
  columns(risk: string): string {
    return `f.id, f.stake, ${this.page.fits ? 'f.subject_key, ' : ''}${risk} AS risk`;
  }
}
