WITH
  if(hit, toInt64(all_at[chosen1]), 0) AS occurredAt,
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
  toString(arrayCount((step1_i) -> (step1_i > 0), step1)) AS count_figure,
  toString(all_at[chosen0]) AS firstAtMs_figure,
  toString(all_at[chosen1]) AS lastAtMs_figure,
  toString(arrayFilter((rejected_unitId_i) -> (NOT (rejected_unitId_i IS NULL)), rejected_unitId)[-1]) AS unitId_subject
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
      lastAtMs_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      unitId_subject
    ], 'Array(Nullable(String))')
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* rejected */)), [toInt64(chosen0)]),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* rejected */)), [toInt64(chosen1)])
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (chosen1 > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 3) != 0 /* rejected, completed */,
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
          before1[chosen1] AS chosen0
        FROM (
          SELECT *,
            arrayFirstIndex((step1_i) -> (step1_i > 0), step1) AS chosen1
          FROM (
            SELECT *,
              arrayMap(
                (x1, all_at_i, before1_i, beforeAt1_i, between1_i) -> if(
                  (((x1 > 0) AND (before1_i > 0)) AND (between1_i <= before1_i)),
                  toInt64(x1),
                  toInt64(0)
                ),
                arrayMap(
                  (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                  all_places,
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* rejected */, all_marks)
                ),
                all_at,
                before1,
                beforeAt1,
                between1
              ) AS step1
            FROM (
              SELECT *,
                arraySlice(arrayPushFront(arrayFill(x -> x > 0, step0), 0), 1, length(step0)) AS before1,
                arraySlice(
                  arrayPushFront(
                    arrayFill(
                      x -> x > 0,
                      arrayMap((step0_i, all_at_i) -> if((step0_i > 0), toInt64(all_at_i), toInt64(0)), step0, all_at)
                    ),
                    0
                  ),
                  1,
                  length(arrayMap(
                    (step0_i, all_at_i) -> if((step0_i > 0), toInt64(all_at_i), toInt64(0)),
                    step0,
                    all_at
                  ))
                ) AS beforeAt1
              FROM (
                SELECT *,
                  arrayMap(
                    (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                    all_places,
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* rejected */, all_marks)
                  ) AS step0,
                  arraySlice(
                    arrayPushFront(
                      arrayFill(
                        x -> x > 0,
                        arrayMap(
                          (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                          all_places,
                          arrayMap((w0) -> bitAnd(w0, 2) != 0 /* completed */, all_marks)
                        )
                      ),
                      0
                    ),
                    1,
                    length(arrayMap(
                      (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                      all_places,
                      arrayMap((w0) -> bitAnd(w0, 2) != 0 /* completed */, all_marks)
                    ))
                  ) AS between1
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_unitId, all_marks) AS rejected_unitId
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 9 /* cell_unitId */), 1, existing) AS all_unitId,
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
                          cell_unitId
                        ))) AS timeline
                      FROM (
                        SELECT
                          assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(ifNull(stepNo, 0)) AS ord,
                          id AS id,
                          toUInt8(0 /* hotline.order-event */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(
                            if(ifNull(action = {p0:String}, 0), 1 /* rejected */, 0)
                            + if(ifNull(action = {p1:String}, 0), 2 /* completed */, 0)
                          ) AS marks,
                          CAST(unitId, 'Nullable(String)') AS cell_unitId
                        FROM cur_hotline_order_event FINAL
                        WHERE ((ifNull(action = {p0:String}, 0)) OR (ifNull(action = {p1:String}, 0)))
                      )
                      GROUP BY scope
                    )
                  )
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
