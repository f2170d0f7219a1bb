WITH
  paid AS (
    SELECT r.id AS id, r.source AS source, r.version AS version, r.atMs AS atMs, (intDiv(r.atMs + 28800000, 3600000) % 24) AS atHour, toString(toDate32(intDiv(r.atMs + 28800000, 86400000))) AS atDay, toString(toDate32(intDiv(r.atMs + 28800000, 86400000) - (intDiv(r.atMs + 28800000, 86400000) + 3) % 7)) AS atWeek, substring(toString(toDate32(intDiv(r.atMs + 28800000, 86400000))), 1, 7) AS atMonth, concat(substring(toString(toDate32(intDiv(r.atMs + 28800000, 86400000))), 1, 4), '-Q', toString(intDiv(toUInt8(substring(toString(toDate32(intDiv(r.atMs + 28800000, 86400000))), 6, 2)) + 2, 3))) AS atQuarter, substring(toString(toDate32(intDiv(r.atMs + 28800000, 86400000))), 1, 4) AS atYear, r.voucherId, r.townshipCode, r.villageCode, r.direction, r.amountFen, r.account, r.summary, if(r.counterparty IS NULL, NULL, concat('人#', hex(sipHash128(toString(r.counterparty))))) AS counterparty, if(r.counterpartyCreditCode IS NULL, NULL, concat('人#', hex(sipHash128(toString(r.counterpartyCreditCode))))) AS counterpartyCreditCode, r.projectId, r.contractId, r.receivableId, if(r.handler IS NULL, NULL, concat('人#', hex(sipHash128(toString(r.handler))))) AS handler, if(r.approver IS NULL, NULL, concat('人#', hex(sipHash128(toString(r.approver))))) AS approver, r.settlement, r.invoiceNo
    FROM (
      SELECT *
      FROM cur_assets_payment FINAL
      WHERE atMs <= {now:Int64} AND ifNull(direction = {p0:String}, 0) AND ifNull(account = {p1:String}, 0)
    ) AS r
  ),
  answer AS (
    WITH years AS (
      SELECT townshipCode, villageCode, atYear, sum(amountFen) AS totalFen, max(atMs) AS lastMs, groupArray(id) AS ids
      FROM paid
      GROUP BY townshipCode, villageCode, atYear
    ), townships AS (
       
      SELECT townshipCode, atYear, intDiv(sum(totalFen), count()) AS averageFen FROM years GROUP BY townshipCode, atYear HAVING count() > 1
    )
    SELECT y.townshipCode AS townshipCode, y.villageCode AS villageCode, y.atYear AS atYear, y.lastMs AS occurredAtMs, y.ids AS paidIds, y.totalFen AS totalFen, t.averageFen AS averageFen
    FROM years AS y JOIN townships AS t ON y.townshipCode = t.townshipCode AND y.atYear = t.atYear
    WHERE y.totalFen >= t.averageFen * {p2:Int64}
  )
SELECT
  scope,
  tuple(
    1,
    any(occurredAt),
    0,
    arrayMap(one -> one.2, arraySlice(arraySort(groupArray(((atMs, ord, id, type), (type, id, version, streamOffset, hash, atMs, role)))), 1, 200)),
    CAST([toString(any(n_totalFen)), toString(any(n_averageFen))], 'Array(Nullable(String))'),
    []
  ) AS r0
FROM (
  SELECT
    scope,
    type,
    id,
    any(record.version) AS version,
    any(record.streamOffset) AS streamOffset,
    any(record.hash) AS hash,
    any(record.atMs) AS atMs,
    any(record.ord) AS ord,
    min(record.role) AS role,
    any(said.occurredAt) AS occurredAt,
    any(n_totalFen) AS n_totalFen,
    any(n_averageFen) AS n_averageFen
  FROM (
    SELECT toUInt8(0) AS role, id, toUInt8(0) AS type, toUInt64(version) AS version, toUInt64(streamOffset) AS streamOffset, toString(hash) AS hash, toInt64(atMs) AS atMs, toInt64(0) AS ord
    FROM (
      SELECT *
      FROM cur_assets_payment FINAL
      WHERE atMs <= {now:Int64} AND ifNull(direction = {p0:String}, 0) AND ifNull(account = {p1:String}, 0)
    ) AS r
  ) AS record
  INNER JOIN (
    SELECT scope, occurredAt, tupleElement(pair, 1) AS role, tupleElement(pair, 2) AS id, n_totalFen, n_averageFen
    FROM (
      SELECT
        concat(replaceAll(replaceAll(assumeNotNull(toString(townshipCode)), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(toString(villageCode)), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(toString(atYear)), '%', '%25'), '|', '%7C')) AS scope,
        CAST(occurredAtMs, 'Int64') AS occurredAt,
        arrayDistinct(arrayConcat(arrayMap(one -> (toUInt8(0), one), CAST(paidIds, 'Array(String)')))) AS pairs,
        CAST(totalFen, 'Nullable(Int64)') AS n_totalFen,
        CAST(averageFen, 'Nullable(Int64)') AS n_averageFen,
        count() OVER (PARTITION BY scope) AS rowsOfScope
      FROM answer
      WHERE townshipCode IS NOT NULL AND villageCode IS NOT NULL AND atYear IS NOT NULL AND occurredAtMs IS NOT NULL
    )
    ARRAY JOIN pairs AS pair
    WHERE throwIf(position(scope, '人#') > 0, 'a person in a scope') = 0 AND throwIf(rowsOfScope > 1, 'two rows of one scope') = 0 AND throwIf(occurredAt > {latest:Int64}, 'occurredAtMs later than now') = 0 AND occurredAt <= {now:Int64}
  ) AS said ON record.role = said.role AND record.id = said.id
  GROUP BY said.scope AS scope, record.type AS type, record.id AS id
)
GROUP BY scope
