WITH
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
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
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(candidates0[first])) AS touchedCount_figure,
  toString(length(standing1[first])) AS signedCount_figure,
  toString(order_at[first]) AS startMs_figure,
  toString(order_atMs[first]) AS acceptedAt_figure,
  toString(order_leadUnitId[first]) AS unitId_subject,
  toString(order_townshipCode[first]) AS townshipCode_subject,
  toString(order_villageCode[first]) AS villageCode_subject
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      subjects_figure,
      deadlineMs_figure,
      touchedCount_figure,
      signedCount_figure,
      startMs_figure,
      acceptedAt_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* order */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* touched */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((candidates0_i) -> tupleElement(candidates0_i, 1), candidates0),
              arrayEnumerate(order_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* signed */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
              arrayEnumerate(order_at)
            ))
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 7) != 0 /* order, touched, signed */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                )
              )
            ),
            arrayMap(
              (x1) -> (tupleElement(x1, 4) + 1),
              arrayFilter(
                (met_i) -> (
                  ((tupleElement(met_i, 4) + 1) > {now:Int64})
                  AND (tupleElement(met_i, 4) < 9000000000000000)
                ),
                met
              )
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((met_i) -> (NOT ((tupleElement(met_i, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter(
                (x1, holds_i) -> holds_i,
                arrayMap(
                  (x1, order_places_i, x3, subject_due_i) -> (
                    toInt64(x1),
                    toInt64(order_places_i),
                    toInt64(x3),
                    toInt64(subject_due_i)
                  ),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap(
                      (order_at_i, subject_due_i) -> greatest(order_at_i, (subject_due_i + 1)),
                      order_at,
                      subject_due
                    ),
                    arrayMap(
                      (standing1_i) -> if(
                        (length(standing1_i) >= {p6:Int64}),
                        toInt64(tupleElement(standing1_i[greatest({p6:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      standing1
                    )
                  ),
                  order_places,
                  arrayEnumerate(order_at),
                  subject_due
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap(
                    (x1, order_places_i) -> (x1 AND (order_places_i > 0)),
                    arrayMap((candidates0_i) -> (NOT notEmpty(candidates0_i)), candidates0),
                    order_places
                  ),
                  arrayMap((standing1_i) -> (length(standing1_i) >= {p6:Int64}), standing1)
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (subject_limit_i, order_at_i) -> if(
                      (subject_limit_i < 0),
                      toInt64(9000000000000000),
                      toInt64((order_at_i + (subject_limit_i * 3600000)))
                    ),
                    subject_limit,
                    order_at
                  ) AS subject_due,
                  arrayMap(
                    (standing0_i, order_at_i) -> arrayFilter(
                      (standing0_j) -> ((tupleElement(standing0_j, 2) - order_at_i) < (({p4:Int64} * 3600000) + 1)),
                      standing0_i
                    ),
                    standing0,
                    order_at
                  ) AS candidates0
                FROM (
                  SELECT *,
                    arrayMap(
                      (order_at_i) -> toInt64(ifNull(
                        if(intDiv(order_at_i + 28800000, 86400000) IS NULL, NULL, {p4:Int64}),
                        -1
                      )),
                      order_at
                    ) AS subject_limit,
                    arrayMap(
                      (order_places_i, order_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (signed_places_j, signed_at_j) -> (
                            toInt64(signed_places_j),
                            toInt64(signed_at_j),
                            toInt64(0)
                          ),
                          signed_places,
                          signed_at
                        )
                      ),
                      order_places,
                      order_places
                    ) AS standing1,
                    arrayMap(
                      (order_places_i, order_places_i2) -> arrayFilter(
                        (x3) -> ((order_places_i > 0) AND (tupleElement(x3, 1) > order_places_i)),
                        arrayMap(
                          (touched_places_j, touched_at_j) -> (
                            toInt64(touched_places_j),
                            toInt64(touched_at_j),
                            toInt64(0)
                          ),
                          touched_places,
                          touched_at
                        )
                      ),
                      order_places,
                      order_places
                    ) AS standing0
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS order_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS order_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS touched_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS touched_at,
                      arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS signed_places,
                      arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS signed_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_atMs, all_marks) AS order_atMs,
                      arrayFilter((x, m) -> bitTest(m, 0), all_leadUnitId, all_marks) AS order_leadUnitId,
                      arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS order_townshipCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS order_villageCode
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(tupleElement(timeline, 9 /* cell_atMs */), 1, existing) AS all_atMs,
                        arraySlice(tupleElement(timeline, 10 /* cell_leadUnitId */), 1, existing) AS all_leadUnitId,
                        arraySlice(tupleElement(timeline, 11 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
                        arraySlice(tupleElement(timeline, 12 /* cell_villageCode */), 1, existing) AS all_villageCode,
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
                            cell_atMs,
                            cell_leadUnitId,
                            cell_townshipCode,
                            cell_villageCode
                          ))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0 /* hotline.order */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(ifNull(urgency = {p0:String}, 0), 1 /* order */, 0)) AS marks,
                            CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                            CAST(leadUnitId, 'Nullable(String)') AS cell_leadUnitId,
                            CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode
                          FROM cur_hotline_order FINAL
                          WHERE ((ifNull(urgency = {p0:String}, 0)))
                          UNION ALL
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
                              if(ifNull(action IN ({p1:String}, {p2:String}, {p3:String}), 0), 2 /* touched */, 0)
                              + if(ifNull(action = {p5:String}, 0), 4 /* signed */, 0)
                            ) AS marks,
                            CAST(NULL, 'Nullable(Int64)') AS cell_atMs,
                            CAST(NULL, 'Nullable(String)') AS cell_leadUnitId,
                            CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode
                          FROM cur_hotline_order_event FINAL
                          WHERE (
                            (ifNull(action IN ({p1:String}, {p2:String}, {p3:String}), 0))
                            OR (ifNull(action = {p5:String}, 0))
                          )
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
    WHERE hit OR due > 0
  )
)
