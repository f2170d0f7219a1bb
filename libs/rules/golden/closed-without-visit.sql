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
  toString(length(counted0[first])) AS saidNoCount_figure,
  toString(length(standing1[first])) AS saidOtherwiseCount_figure,
  toString(length(standing2[first])) AS visitedCount_figure,
  toString(completed_at[first]) AS startMs_figure,
  toString(completed_atMs[first]) AS completedAt_figure,
  toString(all_atMs[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS saidAt_figure,
  toString(completed_unitId[first]) AS unitId_subject,
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
      subjects_figure,
      deadlineMs_figure,
      saidNoCount_figure,
      saidOtherwiseCount_figure,
      visitedCount_figure,
      startMs_figure,
      completedAt_figure,
      saidAt_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* completed */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* saidNo */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
              arrayEnumerate(completed_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* saidOtherwise */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
              arrayEnumerate(completed_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(3 /* visited */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing2_i) -> tupleElement(standing2_i, 1), standing2),
              arrayEnumerate(completed_at)
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
                  (w0) -> bitAnd(w0, 31) != 0 /* completed, saidNo, saidOtherwise, visited, order */,
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
                  (x1, completed_places_i, x3, subject_due_i) -> (
                    toInt64(x1),
                    toInt64(completed_places_i),
                    toInt64(x3),
                    toInt64(subject_due_i)
                  ),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap(
                      (completed_at_i, subject_due_i) -> greatest(completed_at_i, (subject_due_i + 1)),
                      completed_at,
                      subject_due
                    ),
                    arrayMap(
                      (counted0_i) -> if(
                        (length(counted0_i) >= {p3:Int64}),
                        toInt64(tupleElement(counted0_i[greatest({p3:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      counted0
                    )
                  ),
                  completed_places,
                  arrayEnumerate(completed_at),
                  subject_due
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap(
                    (x1, x2) -> (x1 AND x2),
                    arrayMap(
                      (x1, completed_places_i) -> (x1 AND (completed_places_i > 0)),
                      arrayMap((counted0_i) -> (length(counted0_i) >= {p3:Int64}), counted0),
                      completed_places
                    ),
                    arrayMap(
                      (x1, completed_places_i) -> (x1 AND (completed_places_i > 0)),
                      arrayMap(
                        (x1, lastNo_place_i) -> (x1 AND (lastNo_place_i > 0)),
                        arrayMap((standing1_i) -> (NOT notEmpty(standing1_i)), standing1),
                        lastNo_place
                      ),
                      completed_places
                    )
                  ),
                  arrayMap(
                    (x1, completed_places_i) -> (x1 AND (completed_places_i > 0)),
                    arrayMap((standing2_i) -> (NOT notEmpty(standing2_i)), standing2),
                    completed_places
                  )
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (lastNo_place_i, completed_places_i) -> arrayFilter(
                      (x3) -> (
                        ((lastNo_place_i > 0) AND (tupleElement(x3, 1) > lastNo_place_i))
                        AND (tupleElement(x3, 1) < completed_places_i)
                      ),
                      arrayMap(
                        (saidOtherwise_places_j, saidOtherwise_at_j) -> (
                          toInt64(saidOtherwise_places_j),
                          toInt64(saidOtherwise_at_j),
                          toInt64(0)
                        ),
                        saidOtherwise_places,
                        saidOtherwise_at
                      )
                    ),
                    lastNo_place,
                    completed_places
                  ) AS standing1
                FROM (
                  SELECT *,
                    arrayMap(
                      (subject_limit_i, completed_at_i) -> if(
                        (subject_limit_i < 0),
                        toInt64(9000000000000000),
                        toInt64((completed_at_i + (subject_limit_i * 3600000)))
                      ),
                      subject_limit,
                      completed_at
                    ) AS subject_due,
                    arrayMap(
                      (candidates0_i, completed_unitId_i) -> arrayFilter(
                        (candidates0_j) -> ifNull(
                          all_unitId_or_townshipCode[tupleElement(candidates0_j, 1)] = completed_unitId_i,
                          0
                        ),
                        candidates0_i
                      ),
                      candidates0,
                      completed_unitId
                    ) AS counted0,
                    arrayMap((candidates0_i) -> tupleElement(candidates0_i[1], 1), candidates0) AS lastNo_place
                  FROM (
                    SELECT *,
                      arrayMap(
                        (completed_at_i) -> toInt64(ifNull(
                          if(
                            intDiv(completed_at_i + 28800000, 86400000) IS NULL,
                            NULL,
                            multiIf(
                              ifNull(subject_details_matter IN ({p6:String}), 0),
                              toNullable({p7:Int64}),
                              ifNull(subject_details_matter IN ({p8:String}), 0),
                              toNullable({p7:Int64}),
                              ifNull(subject_details_matter IN ({p9:String}), 0),
                              toNullable({p7:Int64}),
                              ifNull(subject_details_matter IN ({p10:String}), 0),
                              toNullable({p7:Int64}),
                              ifNull(subject_details_matter IN ({p11:String}), 0),
                              toNullable({p7:Int64}),
                              NULL
                            )
                          ),
                          -1
                        )),
                        completed_at
                      ) AS subject_limit,
                      arrayMap((standing0_i) -> arraySlice(standing0_i, -1, 1), standing0) AS candidates0
                    FROM (
                      SELECT *,
                        order_townshipCode[-1] AS subject_details_townshipCode,
                        order_matter[-1] AS subject_details_matter,
                        arrayMap(
                          (completed_places_i, completed_places_i2) -> arrayFilter(
                            (x3) -> (tupleElement(x3, 1) < completed_places_i2),
                            arrayMap(
                              (saidNo_places_j, saidNo_at_j) -> (
                                toInt64(saidNo_places_j),
                                toInt64(saidNo_at_j),
                                toInt64(0)
                              ),
                              saidNo_places,
                              saidNo_at
                            )
                          ),
                          completed_places,
                          completed_places
                        ) AS standing0,
                        arrayMap(
                          (completed_places_i, completed_places_i2) -> arrayFilter(
                            (x3) -> (tupleElement(x3, 1) < completed_places_i2),
                            arrayMap(
                              (visited_places_j, visited_at_j) -> (
                                toInt64(visited_places_j),
                                toInt64(visited_at_j),
                                toInt64(0)
                              ),
                              visited_places,
                              visited_at
                            )
                          ),
                          completed_places,
                          completed_places
                        ) AS standing2
                      FROM (
                        SELECT *,
                          arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS completed_places,
                          arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS completed_at,
                          arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS saidNo_places,
                          arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS saidNo_at,
                          arrayFilter(
                            (x, m) -> bitTest(m, 0),
                            all_unitId_or_townshipCode,
                            all_marks
                          ) AS completed_unitId,
                          arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS saidOtherwise_places,
                          arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS saidOtherwise_at,
                          arrayFilter((x, m) -> bitTest(m, 3), all_places, all_marks) AS visited_places,
                          arrayFilter((x, m) -> bitTest(m, 3), all_at, all_marks) AS visited_at,
                          arrayFilter(
                            (x, m) -> bitTest(m, 4),
                            all_unitId_or_townshipCode,
                            all_marks
                          ) AS order_townshipCode,
                          arrayFilter((x, m) -> bitTest(m, 4), all_matter, all_marks) AS order_matter,
                          arrayFilter((x, m) -> bitTest(m, 0), all_atMs, all_marks) AS completed_atMs,
                          arrayFilter((x, m) -> bitTest(m, 4), all_villageCode, all_marks) AS order_villageCode
                        FROM (
                          SELECT *,
                            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                            arraySlice(
                              tupleElement(timeline, 10 /* cell_unitId_or_townshipCode */),
                              1,
                              existing
                            ) AS all_unitId_or_townshipCode,
                            arraySlice(tupleElement(timeline, 11 /* cell_matter */), 1, existing) AS all_matter,
                            arraySlice(tupleElement(timeline, 9 /* cell_atMs */), 1, existing) AS all_atMs,
                            arraySlice(
                              tupleElement(timeline, 12 /* cell_villageCode */),
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
                                cell_atMs,
                                cell_unitId_or_townshipCode,
                                cell_matter,
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
                                  if(ifNull(action = {p0:String}, 0) AND unitId IS NOT NULL, 1 /* completed */, 0)
                                  + if(
                                    ifNull(action = {p1:String}, 0) AND ifNull(claimsVisit = {p2:Bool}, 0),
                                    2 /* saidNo */,
                                    0
                                  )
                                  + if(
                                    ifNull(action = {p1:String}, 0) AND NOT ifNull(claimsVisit = {p2:Bool}, 0),
                                    4 /* saidOtherwise */,
                                    0
                                  )
                                  + if(ifNull(action = {p4:String}, 0), 8 /* visited */, 0)
                                ) AS marks,
                                CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                                CAST(unitId, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                                CAST(NULL, 'Nullable(String)') AS cell_matter,
                                CAST(NULL, 'Nullable(String)') AS cell_villageCode
                              FROM cur_hotline_order_event FINAL
                              WHERE (
                                (ifNull(action = {p0:String}, 0) AND unitId IS NOT NULL)
                                OR (ifNull(action = {p1:String}, 0) AND ifNull(claimsVisit = {p2:Bool}, 0))
                                OR (ifNull(action = {p1:String}, 0) AND NOT ifNull(claimsVisit = {p2:Bool}, 0))
                                OR (ifNull(action = {p4:String}, 0))
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
                                toUInt64(if(NOT ifNull(category = {p5:String}, 0), 16 /* order */, 0)) AS marks,
                                CAST(NULL, 'Nullable(Int64)') AS cell_atMs,
                                CAST(townshipCode, 'Nullable(String)') AS cell_unitId_or_townshipCode,
                                CAST(matter, 'Nullable(String)') AS cell_matter,
                                CAST(villageCode, 'Nullable(String)') AS cell_villageCode
                              FROM cur_hotline_order FINAL
                              WHERE ((NOT ifNull(category = {p5:String}, 0)))
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
