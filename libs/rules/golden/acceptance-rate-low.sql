WITH
  if(hit, toInt64(end), 0) AS occurredAt,
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
  toString(part) AS part_figure,
  toString(whole) AS whole_figure,
  toString(if(whole > 0, toInt64(intDiv(toInt128(part) * 100, toInt128(greatest(whole, 1)))), 0)) AS percent_figure,
  toString(recorded_at[1]) AS firstAtMs_figure,
  toString(recorded_at[-1]) AS lastAtMs_figure
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      part_figure,
      whole_figure,
      percent_figure,
      firstAtMs_figure,
      lastAtMs_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* unrecorded */)), linked0_recorded)
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (holds AND (NOT (end > {now:Int64}))) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayResize(
                [toInt64(undecidedUntil)],
                if((undecidedUntil > {now:Int64}), length([toInt64(undecidedUntil)]), 0)
              )
            ),
            arrayResize(changes, if((NOT (undecidedUntil > {now:Int64})), length(changes), 0))
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          (
            ((whole >= {p2:Int64}) AND (whole > 0))
            AND ifNull(toInt128(part) * 100 > toInt128(whole) * {p3:Int64}, 0)
          ) AS holds,
          if((lastDated > 0), toInt64(end), toInt64(0)) AS undecidedUntil
        FROM (
          SELECT *,
            length(linked0_recorded) AS part,
            (intDiv(lastDated + 28800000, 86400000) + 1) * 86400000 - 28800000 AS end
          FROM (
            SELECT *,
              length(recorded_places) AS whole,
              arrayFilter(
                (unrecorded_places_i, x2) -> x2,
                unrecorded_places,
                arrayMap(
                  (v1, v2) -> arrayExists(
                    (w1, w2) -> ifNull(v1 = w1, 0) AND ifNull(v2 = w2, 0),
                    recorded_source,
                    recorded_atDay
                  ),
                  unrecorded_source,
                  unrecorded_atDay
                )
              ) AS linked0_recorded,
              arrayMax(arrayFilter(
                (x1, x2) -> x2,
                tupleElement(timeline, 1 /* atMs */),
                arrayMap((w0) -> bitAnd(w0, 2) != 0 /* recorded */, tupleElement(timeline, 8 /* marks */))
              )) AS lastDated,
              arrayConcat(
                arrayConcat(
                  arrayConcat(
                    CAST([], 'Array(Int64)'),
                    arrayFilter(
                      (x1, x2) -> x2,
                      arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                      arrayMap(
                        (w0) -> bitAnd(w0, 2) != 0 /* recorded */,
                        arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                      )
                    )
                  ),
                  CAST([], 'Array(Int64)')
                ),
                arrayFilter(
                  (x1, x2, x3, x4) -> (
                    x2
                    AND arrayExists(
                      (x5, x6, x7) -> (x5 AND (ifNull(x3 = x6, 0) AND ifNull(x4 = x7, 0))),
                      arrayMap((w0) -> bitAnd(w0, 2) != 0 /* recorded */, tupleElement(timeline, 8 /* marks */)),
                      tupleElement(timeline, 9 /* cell_source */),
                      tupleElement(timeline, 10 /* cell_atDay */)
                    )
                  ),
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 1) != 0 /* unrecorded */,
                    arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                  ),
                  arraySlice(tupleElement(timeline, 9 /* cell_source */), existing + 1),
                  arraySlice(tupleElement(timeline, 10 /* cell_atDay */), existing + 1)
                )
              ) AS changes
            FROM (
              SELECT *,
                arrayFilter((x, m) -> bitTest(m, 0), all_source, all_marks) AS unrecorded_source,
                arrayFilter((x, m) -> bitTest(m, 0), all_atDay, all_marks) AS unrecorded_atDay,
                arrayFilter((x, m) -> bitTest(m, 1), all_source, all_marks) AS recorded_source,
                arrayFilter((x, m) -> bitTest(m, 1), all_atDay, all_marks) AS recorded_atDay,
                arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS unrecorded_places,
                arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS recorded_places,
                arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS recorded_at
              FROM (
                SELECT *,
                  arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                  arraySlice(tupleElement(timeline, 9 /* cell_source */), 1, existing) AS all_source,
                  arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                  arraySlice(tupleElement(timeline, 10 /* cell_atDay */), 1, existing) AS all_atDay,
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
                      cell_source,
                      cell_atDay
                    ))) AS timeline
                  FROM (
                    SELECT
                      scope,
                      atMs,
                      ord,
                      id,
                      type,
                      any(r.version) AS version,
                      any(r.streamOffset) AS streamOffset,
                      any(r.hash) AS hash,
                      groupBitOr(r.marks) AS marks,
                      any(r.cell_source) AS cell_source,
                      any(r.cell_atDay) AS cell_atDay
                    FROM (
                      SELECT
                        subjects.scope AS scope,
                        linked.atMs AS atMs,
                        linked.ord AS ord,
                        linked.id AS id,
                        linked.type AS type,
                        linked.version AS version,
                        linked.streamOffset AS streamOffset,
                        linked.hash AS hash,
                        linked.marks AS marks,
                        linked.cell_source AS cell_source,
                        linked.cell_atDay AS cell_atDay
                      FROM (
                        SELECT
                          toInt64(atMs) AS atMs,
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(0 /* hotline.call */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(if(
                            ifNull(outcome = {p0:String}, 0)
                              AND ifNull(talkSeconds >= {p1:Int64}, 0)
                              AND orderId IS NULL,
                            1 /* unrecorded */,
                            0
                          )) AS marks,
                          CAST(source, 'Nullable(String)') AS cell_source,
                          CAST(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 'Nullable(String)') AS cell_atDay,
                          assumeNotNull(CAST(source, 'Nullable(String)')) AS k0,
                          assumeNotNull(CAST(
                            toString(toDate32(intDiv(atMs + 28800000, 86400000))),
                            'Nullable(String)'
                          )) AS k1
                        FROM cur_hotline_call FINAL
                        WHERE source IS NOT NULL
                          AND toString(toDate32(intDiv(atMs + 28800000, 86400000))) IS NOT NULL
                          AND ((
                            ifNull(outcome = {p0:String}, 0)
                            AND ifNull(talkSeconds >= {p1:Int64}, 0)
                            AND orderId IS NULL
                          ))
                      ) AS linked
                      INNER JOIN (
                        SELECT DISTINCT
                          assumeNotNull(CAST(
                            toString(toDate32(intDiv(atMs + 28800000, 86400000))),
                            'Nullable(String)'
                          )) AS scope,
                          assumeNotNull(CAST(source, 'Nullable(String)')) AS k0,
                          assumeNotNull(CAST(
                            toString(toDate32(intDiv(atMs + 28800000, 86400000))),
                            'Nullable(String)'
                          )) AS k1
                        FROM cur_hotline_call FINAL
                        WHERE source IS NOT NULL
                          AND toString(toDate32(intDiv(atMs + 28800000, 86400000))) IS NOT NULL
                      ) AS subjects ON linked.k0 = subjects.k0 AND linked.k1 = subjects.k1
                      UNION ALL
                      SELECT
                        assumeNotNull(CAST(
                          toString(toDate32(intDiv(atMs + 28800000, 86400000))),
                          'Nullable(String)'
                        )) AS scope,
                        toInt64(atMs) AS atMs,
                        toInt64(0) AS ord,
                        id AS id,
                        toUInt8(0 /* hotline.call */) AS type,
                        toUInt64(version) AS version,
                        toUInt64(streamOffset) AS streamOffset,
                        toString(hash) AS hash,
                        toUInt64(if(
                          ifNull(outcome = {p0:String}, 0)
                            AND ifNull(talkSeconds >= {p1:Int64}, 0)
                            AND orderId IS NOT NULL,
                          2 /* recorded */,
                          0
                        )) AS marks,
                        CAST(source, 'Nullable(String)') AS cell_source,
                        CAST(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 'Nullable(String)') AS cell_atDay
                      FROM cur_hotline_call FINAL
                      WHERE ((
                        ifNull(outcome = {p0:String}, 0)
                        AND ifNull(talkSeconds >= {p1:Int64}, 0)
                        AND orderId IS NOT NULL
                      ))
                    ) AS r
                    GROUP BY scope, atMs, ord, id, type
                  )
                  GROUP BY scope
                )
              )
            )
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
