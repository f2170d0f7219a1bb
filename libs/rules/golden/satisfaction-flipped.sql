WITH
  if(hit, toInt64(all_at[chosen2]), 0) AS occurredAt,
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
  toString(arrayCount((step2_i) -> (step2_i > 0), step2)) AS count_figure,
  toString(all_at[chosen0]) AS firstAtMs_figure,
  toString(all_at[chosen2]) AS lastAtMs_figure,
  toString(arrayFilter((worked_unitId_i) -> (NOT (worked_unitId_i IS NULL)), worked_unitId)[-1]) AS unitId_subject,
  toString(arrayFilter(
    (order_townshipCode_i) -> (NOT (order_townshipCode_i IS NULL)),
    order_townshipCode
  )[-1]) AS townshipCode_subject,
  toString(arrayFilter(
    (order_villageCode_i) -> (NOT (order_villageCode_i IS NULL)),
    order_villageCode
  )[-1]) AS villageCode_subject
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
      unitId_subject,
      townshipCode_subject,
      villageCode_subject
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
          arrayMap(p -> (toUInt32(p), toUInt8(3 /* told */)), [toInt64(chosen0)]),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* low */)), [toInt64(chosen1)]),
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* high */)), [toInt64(chosen2)])
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (chosen2 > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 63) != 0 /* low, high, rework, told, worked, order */,
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
            before2[chosen2] AS chosen1
          FROM (
            SELECT *,
              arrayFirstIndex((step2_i) -> (step2_i > 0), step2) AS chosen2
            FROM (
              SELECT *,
                arrayMap(
                  (x1, all_at_i, before2_i, beforeAt2_i, between2_i) -> if(
                    (((x1 > 0) AND (before2_i > 0)) AND (between2_i <= before2_i)),
                    toInt64(x1),
                    toInt64(0)
                  ),
                  arrayMap(
                    (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                    all_places,
                    arrayMap((w0) -> bitAnd(w0, 4) != 0 /* high */, all_marks)
                  ),
                  all_at,
                  before2,
                  beforeAt2,
                  between2
                ) AS step2
              FROM (
                SELECT *,
                  arraySlice(arrayPushFront(arrayFill(x -> x > 0, step1), 0), 1, length(step1)) AS before2,
                  arraySlice(
                    arrayPushFront(
                      arrayFill(
                        x -> x > 0,
                        arrayMap((step1_i, all_at_i) -> if((step1_i > 0), toInt64(all_at_i), toInt64(0)), step1, all_at)
                      ),
                      0
                    ),
                    1,
                    length(arrayMap(
                      (step1_i, all_at_i) -> if((step1_i > 0), toInt64(all_at_i), toInt64(0)),
                      step1,
                      all_at
                    ))
                  ) AS beforeAt2
                FROM (
                  SELECT *,
                    arrayMap(
                      (x1, all_at_i, before1_i, beforeAt1_i, x5) -> if(
                        (((x1 > 0) AND (before1_i > 0)) AND (x5 <= before1_i)),
                        toInt64(x1),
                        toInt64(0)
                      ),
                      arrayMap(
                        (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                        all_places,
                        arrayMap((w0) -> bitAnd(w0, 2) != 0 /* low */, all_marks)
                      ),
                      all_at,
                      before1,
                      beforeAt1,
                      arrayMap((before1_i) -> 0, before1)
                    ) AS step1
                  FROM (
                    SELECT *,
                      arraySlice(arrayPushFront(arrayFill(x -> x > 0, step0), 0), 1, length(step0)) AS before1,
                      arraySlice(
                        arrayPushFront(
                          arrayFill(
                            x -> x > 0,
                            arrayMap(
                              (step0_i, all_at_i) -> if((step0_i > 0), toInt64(all_at_i), toInt64(0)),
                              step0,
                              all_at
                            )
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
                          arrayMap((w0) -> bitAnd(w0, 1) != 0 /* told */, all_marks)
                        ) AS step0,
                        arraySlice(
                          arrayPushFront(
                            arrayFill(
                              x -> x > 0,
                              arrayMap(
                                (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                                all_places,
                                arrayMap((w0) -> bitAnd(w0, 8) != 0 /* rework */, all_marks)
                              )
                            ),
                            0
                          ),
                          1,
                          length(arrayMap(
                            (all_places_i, x2) -> if(x2, toInt64(all_places_i), toInt64(0)),
                            all_places,
                            arrayMap((w0) -> bitAnd(w0, 8) != 0 /* rework */, all_marks)
                          ))
                        ) AS between2
                      FROM (
                        SELECT *,
                          arrayFilter((x, m) -> bitTest(m, 4), all_unitId_or_townshipCode, all_marks) AS worked_unitId,
                          arrayFilter(
                            (x, m) -> bitTest(m, 5),
                            all_unitId_or_townshipCode,
                            all_marks
                          ) AS order_townshipCode,
                          arrayFilter((x, m) -> bitTest(m, 5), all_villageCode, all_marks) AS order_villageCode
                        FROM (
                          SELECT *,
                            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                            arraySlice(
                              tupleElement(timeline, 9 /* cell_unitId_or_townshipCode */),
                              1,
                              existing
                            ) AS all_unitId_or_townshipCode,
                            arraySlice(
                              tupleElement(timeline, 10 /* cell_villageCode */),
                              1,
                              existing
                            ) AS all_villageCode,
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
                                cell_unitId_or_townshipCode,
                                cell_villageCode
                              ))) AS timeline
                            FROM (
                              SELECT
                                assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                                toInt64(atMs) AS atMs,
                                toInt64(ifNull(stepNo, 0)) AS ord,
                                id AS id,
                                toUInt8(1 /* hotline.order-event */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(
                                  if(ifNull(action IN ({p0:String}, {p1:String}, {p2:String}), 0), 1 /* told */, 0)
                                  + if(
                                    ifNull(action = {p3:String}, 0) AND ifNull(satisfaction <= {p4:Int64}, 0),
                                    2 /* low */,
                                    0
                                  )
                                  + if(
                                    ifNull(action IN ({p3:String}, {p5:String}), 0)
                                      AND ifNull(satisfaction >= {p6:Int64}, 0),
                                    4 /* high */,
                                    0
                                  )
                                  + if(
                                    ifNull(
                                      action IN ({p0:String}, {p1:String}, {p7:String}, {p8:String}, {p2:String}),
                                      0
                                    ),
                                    8 /* rework */,
                                    0
                                  )
                                  + if(ifNull(action = {p2:String}, 0), 16 /* worked */, 0)
                                ) AS marks,
                                CAST(unitId, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                                CAST(NULL, 'Nullable(String)') AS cell_villageCode
                              FROM cur_hotline_order_event FINAL
                              WHERE (
                                (ifNull(action IN ({p0:String}, {p1:String}, {p2:String}), 0))
                                OR (ifNull(action = {p3:String}, 0) AND ifNull(satisfaction <= {p4:Int64}, 0))
                                OR (
                                  ifNull(action IN ({p3:String}, {p5:String}), 0)
                                  AND ifNull(satisfaction >= {p6:Int64}, 0)
                                )
                                OR (ifNull(
                                  action IN ({p0:String}, {p1:String}, {p7:String}, {p8:String}, {p2:String}),
                                  0
                                ))
                                OR (ifNull(action = {p2:String}, 0))
                              )
                              UNION ALL
                              SELECT
                                assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(0 /* hotline.order */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(32 /* order */) AS marks,
                                CAST(townshipCode, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                                CAST(villageCode, 'Nullable(String)') AS cell_villageCode
                              FROM cur_hotline_order FINAL
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
        )
      )
    )
    WHERE hit OR due > 0
  )
)
