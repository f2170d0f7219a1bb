WITH
  if(hit, toInt64(busy_at[1]), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap(
    (r, o) -> (
      r.4 /* type */,
      r.3 /* id */,
      r.5 /* version */,
      r.6 /* streamOffset */,
      r.7 /* hash */,
      r.1 /* atMs */,
      o
    ),
    proving,
    roles
  ) AS evidence,
  toString(length(busy_at)) AS count_figure,
  toString(busy_at[1]) AS firstAtMs_figure,
  toString(busy_at[-1]) AS lastAtMs_figure,
  toString(arrayFilter(
    (busy_durationSeconds_i) -> (NOT (busy_durationSeconds_i IS NULL)),
    busy_durationSeconds
  )[-1]) AS lastSeconds_figure
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
      if(
        hit,
        arrayConcat(
          CAST([], 'Array(Tuple(UInt32, UInt8))'),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* busy */)), busy_places)
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(busy_at) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 1) != 0 /* busy */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                )
              )
            ),
            CAST([], 'Array(Int64)')
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS busy_at,
          arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS busy_places,
          arrayFilter((x, m) -> bitTest(m, 0), all_durationSeconds, all_marks) AS busy_durationSeconds
        FROM (
          SELECT *,
            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
            arraySlice(tupleElement(timeline, 9 /* cell_durationSeconds */), 1, existing) AS all_durationSeconds,
            arraySlice(timeline.1, 1, existing) AS all_at,
            arrayEnumerate(all_at) AS all_places
          FROM (
            SELECT
              scope,
              arraySort(groupArray(tuple(
                atMs,
                ord,
                id,
                type,
                version,
                streamOffset,
                hash,
                marks,
                cell_durationSeconds
              ))) AS timeline
            FROM (
              SELECT
                concat(
                  replaceAll(replaceAll(assumeNotNull(CAST(agentId, 'Nullable(String)')), '%', '%25'), '|', '%7C'),
                  '|',
                  replaceAll(
                    replaceAll(
                      assumeNotNull(CAST(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 'Nullable(String)')),
                      '%',
                      '%25'
                    ),
                    '|',
                    '%7C'
                  )
                ) AS scope,
                toInt64(atMs) AS atMs,
                toInt64(0) AS ord,
                id AS id,
                toUInt8(0 /* hotline.agent-state */) AS type,
                toUInt64(version) AS version,
                toUInt64(streamOffset) AS streamOffset,
                toString(hash) AS hash,
                toUInt64(if(
                  ifNull(state = {p0:String}, 0) AND ifNull(durationSeconds > {p1:Int64}, 0),
                  1 /* busy */,
                  0
                )) AS marks,
                CAST(durationSeconds, 'Nullable(Int64)') AS cell_durationSeconds
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
