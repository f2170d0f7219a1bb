WITH
  complaint AS (
    SELECT r.id AS id, r.source AS source, r.version AS version, r.atMs AS atMs, (intDiv(r.atMs + 28800000, 3600000) % 24) AS atHour, toString(toDate32(intDiv(r.atMs + 28800000, 86400000))) AS atDay, toString(toDate32(intDiv(r.atMs + 28800000, 86400000) - (intDiv(r.atMs + 28800000, 86400000) + 3) % 7)) AS atWeek, substring(toString(toDate32(intDiv(r.atMs + 28800000, 86400000))), 1, 7) AS atMonth, concat(substring(toString(toDate32(intDiv(r.atMs + 28800000, 86400000))), 1, 4), '-Q', toString(intDiv(toUInt8(substring(toString(toDate32(intDiv(r.atMs + 28800000, 86400000))), 6, 2)) + 2, 3))) AS atQuarter, substring(toString(toDate32(intDiv(r.atMs + 28800000, 86400000))), 1, 4) AS atYear, r.orderId, r.channel, r.category, r.matter, r.matterKey, r.townshipCode, r.villageCode, r.confidential, r.urgency, r.status, r.leadUnitId, r.promisedAtMs
    FROM (
      SELECT *
      FROM cur_hotline_order FINAL
      WHERE atMs <= {now:Int64} AND ifNull(category = {p0:String}, 0)
    ) AS r
  ),
  paid AS (
    SELECT r.id AS id, r.source AS source, r.version AS version, r.atMs AS atMs, (intDiv(r.atMs + 28800000, 3600000) % 24) AS atHour, toString(toDate32(intDiv(r.atMs + 28800000, 86400000))) AS atDay, toString(toDate32(intDiv(r.atMs + 28800000, 86400000) - (intDiv(r.atMs + 28800000, 86400000) + 3) % 7)) AS atWeek, substring(toString(toDate32(intDiv(r.atMs + 28800000, 86400000))), 1, 7) AS atMonth, concat(substring(toString(toDate32(intDiv(r.atMs + 28800000, 86400000))), 1, 4), '-Q', toString(intDiv(toUInt8(substring(toString(toDate32(intDiv(r.atMs + 28800000, 86400000))), 6, 2)) + 2, 3))) AS atQuarter, substring(toString(toDate32(intDiv(r.atMs + 28800000, 86400000))), 1, 4) AS atYear, r.voucherId, r.townshipCode, r.villageCode, r.direction, r.amountFen, r.account, r.summary, if(r.counterparty IS NULL, NULL, concat('人#', hex(sipHash128(toString(r.counterparty))))) AS counterparty, if(r.counterpartyCreditCode IS NULL, NULL, concat('人#', hex(sipHash128(toString(r.counterpartyCreditCode))))) AS counterpartyCreditCode, r.projectId, r.contractId, r.receivableId, if(r.handler IS NULL, NULL, concat('人#', hex(sipHash128(toString(r.handler))))) AS handler, if(r.approver IS NULL, NULL, concat('人#', hex(sipHash128(toString(r.approver))))) AS approver, r.settlement, r.invoiceNo
    FROM (
      SELECT *
      FROM cur_assets_payment FINAL
      WHERE atMs <= {now:Int64} AND ifNull(direction = {p1:String}, 0)
    ) AS r
  ),
  answer AS (
    SELECT c.orderId AS orderId, p.voucherId AS voucherId, max(c.atMs) AS occurredAtMs, groupArray(c.id) AS complaintIds, groupArray(p.id) AS paidIds
    FROM complaint AS c JOIN paid AS p ON c.villageCode = p.villageCode
    WHERE c.atMs > p.atMs AND c.atMs - p.atMs < {p2:Int64} * 86400000
    GROUP BY c.orderId, p.voucherId
  )
SELECT
  scope,
  tuple(
    1,
    any(occurredAt),
    0,
    arrayMap(one -> one.2, arraySlice(arraySort(groupArray(((atMs, ord, id, type), (type, id, version, streamOffset, hash, atMs, role)))), 1, 200)),
    [],
    CAST([argMaxIf(v0, (atMs, ord, id), v0 IS NOT NULL), argMaxIf(v1, (atMs, ord, id), v1 IS NOT NULL)], 'Array(Nullable(String))')
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
    max(record.v0) AS v0,
    max(record.v1) AS v1
  FROM (
    SELECT toUInt8(0) AS role, id, toUInt8(1) AS type, toUInt64(version) AS version, toUInt64(streamOffset) AS streamOffset, toString(hash) AS hash, toInt64(atMs) AS atMs, toInt64(0) AS ord, CAST(CAST(villageCode, 'Nullable(String)'), 'Nullable(String)') AS v0, CAST(CAST(townshipCode, 'Nullable(String)'), 'Nullable(String)') AS v1
    FROM (
      SELECT *
      FROM cur_hotline_order FINAL
      WHERE atMs <= {now:Int64} AND ifNull(category = {p0:String}, 0)
    ) AS r
    UNION ALL
    SELECT toUInt8(1) AS role, id, toUInt8(0) AS type, toUInt64(version) AS version, toUInt64(streamOffset) AS streamOffset, toString(hash) AS hash, toInt64(atMs) AS atMs, toInt64(0) AS ord, CAST(NULL, 'Nullable(String)') AS v0, CAST(NULL, 'Nullable(String)') AS v1
    FROM (
      SELECT *
      FROM cur_assets_payment FINAL
      WHERE atMs <= {now:Int64} AND ifNull(direction = {p1:String}, 0)
    ) AS r
  ) AS record
  INNER JOIN (
    SELECT scope, occurredAt, tupleElement(pair, 1) AS role, tupleElement(pair, 2) AS id
    FROM (
      SELECT
        concat(replaceAll(replaceAll(assumeNotNull(toString(orderId)), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(toString(voucherId)), '%', '%25'), '|', '%7C')) AS scope,
        CAST(occurredAtMs, 'Int64') AS occurredAt,
        arrayDistinct(arrayConcat(arrayMap(one -> (toUInt8(0), one), CAST(complaintIds, 'Array(String)')), arrayMap(one -> (toUInt8(1), one), CAST(paidIds, 'Array(String)')))) AS pairs,
        count() OVER (PARTITION BY scope) AS rowsOfScope
      FROM answer
      WHERE orderId IS NOT NULL AND voucherId IS NOT NULL AND occurredAtMs IS NOT NULL
    )
    ARRAY JOIN pairs AS pair
    WHERE throwIf(position(scope, '人#') > 0, 'a person in a scope') = 0 AND throwIf(rowsOfScope > 1, 'two rows of one scope') = 0 AND occurredAt <= {now:Int64}
  ) AS said ON record.role = said.role AND record.id = said.id
  GROUP BY said.scope AS scope, record.type AS type, record.id AS id
)
GROUP BY scope
