WITH
  figured AS (
    SELECT scope, peers_key, part, whole, part AS own, toInt64(last_at) AS occurred_at
    FROM (
      SELECT
        scope,
        any(side.peers_key) AS peers_key,
        ifNull(sumIf(number, is_part = 1), 0) AS part,
        toInt64(0) AS whole,
        max(at_ms) AS last_at
      FROM (
        SELECT
          its_scope AS scope,
          its_peers AS peers_key,
          1 AS is_part,
          toInt64(r.atMs) AS at_ms,
          CAST(CAST(satisfaction, 'Nullable(Int64)'), 'Nullable(Int64)') AS number,
          CAST(NULL, 'Nullable(String)') AS text
        FROM (
          SELECT
            *,
            assumeNotNull(CAST(unitId, 'Nullable(String)')) AS its_scope,
            '' AS its_peers,
            (1) AS is_made
          FROM cur_hotline_order_event FINAL
          WHERE atMs <= {now:Int64} AND unitId IS NOT NULL
        ) AS r
        WHERE is_made
      ) AS side
      GROUP BY side.scope AS scope
    )
  ),
  answers AS (
    SELECT
      one.1 AS scope,
      one.5 AS occurredAt,
      one.4 AS f_ownSum,
      of_peers AS f_peersSum,
      toInt64(intDiv(toInt128(of_peers) * {p2:Int64}, 100)) AS f_limitSum,
      toInt64(length(sorted)) AS f_peers
    FROM (
      SELECT *,
        arrayMap((x1) -> x1[intDiv(toInt64(length(x1)) * {p0:Int64} + 99, 100)], [sorted])[1] AS of_peers
      FROM (
        SELECT
          groupArray((scope, part, whole, own, occurred_at)) AS members,
          arraySort(groupArray(own)) AS sorted
        FROM figured
        GROUP BY peers_key
        HAVING count() >= {p1:Int64}
      )
    )
    ARRAY JOIN arrayFilter(one -> toInt128(one.4) * 100 > toInt128(of_peers) * {p2:Int64} AND toInt128(one.4) - toInt128(of_peers) >= toInt128({p3:Int64}), members) AS one
  )
SELECT
  scope,
  tuple(
    1,
    any(occurredAt),
    0,
    arrayMap(one -> one.2, arraySlice(arraySort(groupArrayIf(((atMs, ord, id, type), (type, id, version, streamOffset, hash, atMs, role)), is_part)), 1, 200)),
    CAST([toString(any(f_ownSum)), toString(any(f_peersSum)), toString(any(f_limitSum)), toString(any(f_peers))], 'Array(Nullable(String))'),
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
    0 AS role,
    any(said.occurredAt) AS occurredAt,
    any(said.f_ownSum) AS f_ownSum,
    any(said.f_peersSum) AS f_peersSum,
    any(said.f_limitSum) AS f_limitSum,
    any(said.f_peers) AS f_peers
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
      toInt64(ifNull(stepNo, 0)) AS ord
    FROM (
      SELECT
        *,
        assumeNotNull(CAST(unitId, 'Nullable(String)')) AS its_scope,
        '' AS its_peers,
        (1) AS is_made
      FROM cur_hotline_order_event FINAL
      WHERE atMs <= {now:Int64} AND unitId IS NOT NULL
    ) AS r
  ) AS record
  INNER JOIN answers AS said ON record.scope = said.scope
  GROUP BY said.scope AS scope, record.type AS type, record.id AS id
)
GROUP BY scope
HAVING countIf(is_part) > 0
