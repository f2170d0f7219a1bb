WITH
  if(hit, toInt64(busy_at[1]), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(length(busy_at)) AS count_figure,
  toString(busy_at[1]) AS firstAtMs_figure,
  toString(busy_at[-1]) AS lastAtMs_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), busy_durationSeconds)[-1]) AS lastSeconds_figure
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      count_figure,
      firstAtMs_figure,
      lastAtMs_figure,
      lastSeconds_figure
    ], 'Array(Nullable(String))'), []),
    []
  ) AS r0
FROM (
  SELECT *,
    arraySlice(arraySort(arrayDistinct(proof.1)), 1, 200) AS shown
  FROM (
    SELECT *,
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), busy_places)), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(busy_at) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)'))), 0) AS due
      FROM (
        SELECT *,
          arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS busy_at,
          arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS busy_places,
          arrayFilter((x, m) -> bitTest(m, 0), c_n0, c_m0) AS busy_durationSeconds
        FROM (
          SELECT *,
            arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
            arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
            arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
            arraySlice(timeline.1, 1, n) AS at,
            arrayEnumerate(at) AS ix
          FROM (
            SELECT
              scope,
              arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0))) AS timeline
            FROM (
              SELECT
                concat(replaceAll(replaceAll(assumeNotNull(CAST(agentId, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 'Nullable(String)')), '%', '%25'), '|', '%7C')) AS scope,
                toInt64(atMs) AS atMs,
                toInt64(0) AS ord,
                id AS id,
                toUInt8(0) AS type,
                toUInt64(version) AS version,
                toUInt64(streamOffset) AS streamOffset,
                toString(hash) AS hash,
                toUInt64(if(ifNull(state = {p0:String}, 0) AND ifNull(durationSeconds > {p1:Int64}, 0), 1, 0)) AS m0,
                CAST(durationSeconds, 'Nullable(Int64)') AS n0
              FROM cur_hotline_agent_state FINAL
              WHERE ((ifNull(state = {p0:String}, 0) AND ifNull(durationSeconds > {p1:Int64}, 0)))
            )
            GROUP BY scope
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
