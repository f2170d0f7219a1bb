WITH
  (
    SELECT (
      throwIf(count() = 0 OR count() != max(number) - min(number) + 1 OR count() > 65535, 'calendar: days are missing') + min(number),
      arrayStringConcat(arrayMap(x -> char(bitAnd(x, 255), bitShiftRight(x, 8)), groupArray(ordinal))),
      minIf(ordinal, working = 1),
      arrayStringConcat(arrayMap(x -> char(bitAnd(x, 255), bitShiftRight(x, 8)), arrayMap(n -> n - min(number), groupArrayIf(number, working = 1))))
    )
    FROM (SELECT toInt64(toInt32(day)) AS number, working, toInt64(ordinal) AS ordinal FROM ref_calendar_day FINAL ORDER BY day)
  ) AS calendar,
  figured AS (
    SELECT scope, peers_key, part, whole, toInt64(intDiv(toInt128(part) * 10000, toInt128(greatest(whole, 1)))) AS own, toInt64(ifNull(((((toInt64(toInt32(addMonths(toDate32(toStartOfQuarter(toDate32(intDiv(last_at + 28800000, 86400000)))), 3)))) * 86400000 - 28800000 - 86400000) + (if({p2:Int64} BETWEEN -366 AND 366 AND intDiv(((toInt64(toInt32(addMonths(toDate32(toStartOfQuarter(toDate32(intDiv(last_at + 28800000, 86400000)))), 3)))) * 86400000 - 28800000 - 86400000) + 28800000, 86400000) BETWEEN calendar.1 AND calendar.1 + intDiv(length(calendar.2), 2) - 1, if({p2:Int64} = 0, toInt64(intDiv(((toInt64(toInt32(addMonths(toDate32(toStartOfQuarter(toDate32(intDiv(last_at + 28800000, 86400000)))), 3)))) * 86400000 - 28800000 - 86400000) + 28800000, 86400000)), calendar.1 + if((if((intDiv(((toInt64(toInt32(addMonths(toDate32(toStartOfQuarter(toDate32(intDiv(last_at + 28800000, 86400000)))), 3)))) * 86400000 - 28800000 - 86400000) + 28800000, 86400000) - ({p2:Int64} < 0) - calendar.1 + 1) BETWEEN 1 AND intDiv(length(calendar.2), 2), toInt64(reinterpretAsUInt16(substring(calendar.2, 2 * (intDiv(((toInt64(toInt32(addMonths(toDate32(toStartOfQuarter(toDate32(intDiv(last_at + 28800000, 86400000)))), 3)))) * 86400000 - 28800000 - 86400000) + 28800000, 86400000) - ({p2:Int64} < 0) - calendar.1 + 1) - 1, 2))), NULL) + {p2:Int64} + ({p2:Int64} < 0) - calendar.3 + 1) BETWEEN 1 AND intDiv(length(calendar.4), 2), toInt64(reinterpretAsUInt16(substring(calendar.4, 2 * (if((intDiv(((toInt64(toInt32(addMonths(toDate32(toStartOfQuarter(toDate32(intDiv(last_at + 28800000, 86400000)))), 3)))) * 86400000 - 28800000 - 86400000) + 28800000, 86400000) - ({p2:Int64} < 0) - calendar.1 + 1) BETWEEN 1 AND intDiv(length(calendar.2), 2), toInt64(reinterpretAsUInt16(substring(calendar.2, 2 * (intDiv(((toInt64(toInt32(addMonths(toDate32(toStartOfQuarter(toDate32(intDiv(last_at + 28800000, 86400000)))), 3)))) * 86400000 - 28800000 - 86400000) + 28800000, 86400000) - ({p2:Int64} < 0) - calendar.1 + 1) - 1, 2))), NULL) + {p2:Int64} + ({p2:Int64} < 0) - calendar.3 + 1) - 1, 2))), NULL)), NULL) - intDiv(((toInt64(toInt32(addMonths(toDate32(toStartOfQuarter(toDate32(intDiv(last_at + 28800000, 86400000)))), 3)))) * 86400000 - 28800000 - 86400000) + 28800000, 86400000)) * 86400000) + 86400000), ((toInt64(toInt32(addMonths(toDate32(toStartOfQuarter(toDate32(intDiv(last_at + 28800000, 86400000)))), 3)))) * 86400000 - 28800000 + ({p2:Int64} * 86400000)))) AS occurred_at
    FROM (
      SELECT
        scope,
        any(side.peers_key) AS peers_key,
        ifNull(sumIf(number, is_part = 1), 0) AS part,
        ifNull(sumIf(number, is_part = 0), 0) AS whole,
        max(at_ms) AS last_at
      FROM (
        SELECT
          its_scope AS scope,
          its_peers AS peers_key,
          1 AS is_part,
          toInt64(r.atMs) AS at_ms,
          CAST(CAST(amountFen, 'Nullable(Int64)'), 'Nullable(Int64)') AS number,
          CAST(NULL, 'Nullable(String)') AS text
        FROM (
          SELECT
            *,
            concat(replaceAll(replaceAll(assumeNotNull(CAST(villageCode, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(townshipCode, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(concat(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4), '-Q', toString(intDiv(toUInt8(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 6, 2)) + 2, 3))), 'Nullable(String)')), '%', '%25'), '|', '%7C')) AS its_scope,
            concat(replaceAll(replaceAll(assumeNotNull(CAST(townshipCode, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(concat(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4), '-Q', toString(intDiv(toUInt8(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 6, 2)) + 2, 3))), 'Nullable(String)')), '%', '%25'), '|', '%7C')) AS its_peers,
            (ifNull(direction = {p0:String}, 0) AND ifNull(settlement = {p1:String}, 0)) AS is_made
          FROM cur_assets_payment FINAL
          WHERE atMs <= {now:Int64} AND ifNull(direction = {p0:String}, 0) AND ifNull(settlement = {p1:String}, 0)
        ) AS r
        WHERE is_made
        UNION ALL
        SELECT
          its_scope AS scope,
          its_peers AS peers_key,
          0 AS is_part,
          toInt64(r.atMs) AS at_ms,
          CAST(CAST(amountFen, 'Nullable(Int64)'), 'Nullable(Int64)') AS number,
          CAST(NULL, 'Nullable(String)') AS text
        FROM (
          SELECT
            *,
            concat(replaceAll(replaceAll(assumeNotNull(CAST(villageCode, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(townshipCode, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(concat(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4), '-Q', toString(intDiv(toUInt8(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 6, 2)) + 2, 3))), 'Nullable(String)')), '%', '%25'), '|', '%7C')) AS its_scope,
            concat(replaceAll(replaceAll(assumeNotNull(CAST(townshipCode, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(concat(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4), '-Q', toString(intDiv(toUInt8(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 6, 2)) + 2, 3))), 'Nullable(String)')), '%', '%25'), '|', '%7C')) AS its_peers,
            (ifNull(direction = {p0:String}, 0) AND settlement IS NOT NULL) AS is_made
          FROM cur_assets_payment FINAL
          WHERE atMs <= {now:Int64} AND ifNull(direction = {p0:String}, 0) AND settlement IS NOT NULL
        ) AS r
        WHERE is_made
      ) AS side
      GROUP BY side.scope AS scope
    )
    WHERE whole >= {p3:Int64} AND whole > 0 AND occurred_at <= {now:Int64}
  ),
  answers AS (
    SELECT
      one.1 AS scope,
      one.5 AS occurredAt,
      one.4 AS f_ownShare,
      of_peers AS f_peersShare,
      toInt64(intDiv(toInt128(of_peers) * {p5:Int64}, 100)) AS f_limitShare,
      toInt64(length(sorted)) AS f_peers,
      one.2 AS f_part,
      one.3 AS f_whole
    FROM (
      SELECT *,
        arrayMap((x1) -> toInt64(intDiv(toInt128(x1[intDiv(length(x1) + 1, 2)]) + toInt128(x1[intDiv(length(x1), 2) + 1]), 2)), [sorted])[1] AS of_peers
      FROM (
        SELECT
          groupArray((scope, part, whole, own, occurred_at)) AS members,
          arraySort(groupArray(own)) AS sorted
        FROM figured
        GROUP BY peers_key
        HAVING count() >= {p4:Int64}
      )
    )
    ARRAY JOIN arrayFilter(one -> toInt128(one.4) * 100 > toInt128(of_peers) * {p5:Int64} AND toInt128(one.4) - toInt128(of_peers) >= toInt128({p6:Int64}) * 100, members) AS one
  )
SELECT
  scope,
  tuple(
    1,
    any(occurredAt),
    0,
    arrayMap(one -> one.2, arraySlice(arraySort(groupArrayIf(((atMs, ord, id, type), (type, id, version, streamOffset, hash, atMs, role)), is_part)), 1, 200)),
    CAST([toString(any(f_ownShare)), toString(any(f_peersShare)), toString(any(f_limitShare)), toString(any(f_peers)), toString(any(f_part)), toString(any(f_whole))], 'Array(Nullable(String))'),
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
    max(record.is_part) AS is_part,
    max(record.is_whole) AS is_whole,
    1 AS role,
    any(said.occurredAt) AS occurredAt,
    any(said.f_ownShare) AS f_ownShare,
    any(said.f_peersShare) AS f_peersShare,
    any(said.f_limitShare) AS f_limitShare,
    any(said.f_peers) AS f_peers,
    any(said.f_part) AS f_part,
    any(said.f_whole) AS f_whole
  FROM (
    SELECT
      its_scope AS scope,
      toUInt8(is_made) AS is_part,
      toUInt8(0) AS is_whole,
      id,
      toUInt8(0) AS type,
      toUInt64(version) AS version,
      toUInt64(streamOffset) AS streamOffset,
      toString(hash) AS hash,
      toInt64(atMs) AS atMs,
      toInt64(0) AS ord
    FROM (
      SELECT
        *,
        concat(replaceAll(replaceAll(assumeNotNull(CAST(villageCode, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(townshipCode, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(concat(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4), '-Q', toString(intDiv(toUInt8(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 6, 2)) + 2, 3))), 'Nullable(String)')), '%', '%25'), '|', '%7C')) AS its_scope,
        concat(replaceAll(replaceAll(assumeNotNull(CAST(townshipCode, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(concat(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4), '-Q', toString(intDiv(toUInt8(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 6, 2)) + 2, 3))), 'Nullable(String)')), '%', '%25'), '|', '%7C')) AS its_peers,
        (ifNull(direction = {p0:String}, 0) AND ifNull(settlement = {p1:String}, 0)) AS is_made
      FROM cur_assets_payment FINAL
      WHERE atMs <= {now:Int64} AND ifNull(direction = {p0:String}, 0) AND ifNull(settlement = {p1:String}, 0)
    ) AS r
  ) AS record
  INNER JOIN answers AS said ON record.scope = said.scope
  GROUP BY said.scope AS scope, record.type AS type, record.id AS id
)
GROUP BY scope
HAVING countIf(is_part) > 0
