WITH
  (
    SELECT (
      throwIf(count() = 0 OR count() != max(number) - min(number) + 1 OR count() > 65535, 'calendar: days are missing')
        + min(number),
      arrayStringConcat(arrayMap(x -> char(bitAnd(x, 255), bitShiftRight(x, 8)), groupArray(ordinal))),
      minIf(ordinal, working = 1),
      arrayStringConcat(arrayMap(
        x -> char(bitAnd(x, 255), bitShiftRight(x, 8)),
        arrayMap(n -> n - min(number), groupArrayIf(number, working = 1))
      ))
    )
    FROM (
      SELECT toInt64(toInt32(day)) AS number,
      working,
      toInt64(ordinal) AS ordinal FROM ref_calendar_day FINAL ORDER BY day
    )
  ) AS calendar,
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
  toString(length(candidates0[first])) AS paidCount_figure,
  toString(order_at[first]) AS startMs_figure,
  toString(all_category_or_voucherId[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((candidates0_i) -> tupleElement(candidates0_i, 1), candidates0)[first]
  ))]) AS voucherId_figure,
  toString(order_villageCode[first]) AS villageCode_subject,
  toString(order_townshipCode[first]) AS townshipCode_subject
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
      paidCount_figure,
      startMs_figure,
      voucherId_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      villageCode_subject,
      townshipCode_subject
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
            p -> (toUInt32(p), toUInt8(2 /* paid */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((candidates0_i) -> tupleElement(candidates0_i, 1), candidates0),
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
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 1) != 0 /* order, order */,
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
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* order */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 9 /* cell_villageCode */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* paid */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 9 /* cell_villageCode */), existing + 1)
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
                      (candidates0_i) -> if(
                        (length(candidates0_i) >= {p1:Int64}),
                        toInt64(tupleElement(candidates0_i[greatest({p1:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      candidates0
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
                  (subject_limit_i, subject_day_i, subject_ordinal_i) -> multiIf(
                    subject_limit_i < 0,
                    9000000000000000,
                    subject_limit_i = 0,
                    ((subject_day_i) + 1) * 86400000 - 28800000,
                    (
                      (
                        calendar.1
                        + toInt64(reinterpretAsUInt16(substring(
                          calendar.4,
                          2 * (
                            subject_ordinal_i
                            + greatest(subject_limit_i, 1) - calendar.3
                            + 1
                            + throwIf(
                              (subject_ordinal_i + greatest(subject_limit_i, 1) - calendar.3 + 1) < 1
                                OR (
                                  subject_ordinal_i
                                  + greatest(subject_limit_i, 1) - calendar.3
                                  + 1
                                ) > intDiv(length(calendar.4), 2),
                              'calendar: day outside'
                            )
                          ) - 1,
                          2
                        )))
                      )
                      + 1
                    ) * 86400000 - 28800000
                  ),
                  subject_limit,
                  subject_day,
                  subject_ordinal
                ) AS subject_due
              FROM (
                SELECT *,
                  arrayMap(
                    (subject_day_i) -> toInt64(reinterpretAsUInt16(substring(
                      calendar.2,
                      2 * (
                        subject_day_i - calendar.1
                        + 1
                        + throwIf(
                          (subject_day_i - calendar.1 + 1) < 1
                            OR (subject_day_i - calendar.1 + 1) > intDiv(length(calendar.2), 2),
                          'calendar: day outside'
                        )
                      ) - 1,
                      2
                    ))),
                    subject_day
                  ) AS subject_ordinal
                FROM (
                  SELECT *,
                    arrayMap(
                      (subject_limit_i, x2) -> if((subject_limit_i < 0), toInt64(calendar.1), toInt64(x2)),
                      subject_limit,
                      arrayMap((order_at_i) -> ifNull(intDiv(order_at_i + 28800000, 86400000), calendar.1), order_at)
                    ) AS subject_day,
                    arrayMap(
                      (x1, order_places_i) -> (x1 AND (order_places_i > 0)),
                      arrayMap((candidates0_i) -> (length(candidates0_i) >= {p1:Int64}), candidates0),
                      order_places
                    ) AS holds
                  FROM (
                    SELECT *,
                      arrayMap(
                        (order_at_i) -> toInt64(ifNull(
                          if(
                            intDiv(order_at_i + 28800000, 86400000) IS NULL,
                            NULL,
                            multiIf(
                              ifNull(subject_details_category IN ({p2:String}), 0),
                              toNullable({p3:Int64}),
                              1,
                              toNullable({p4:Int64}),
                              NULL
                            )
                          ),
                          -1
                        )),
                        order_at
                      ) AS subject_limit,
                      arrayMap(
                        (x1, order_at_i) -> arrayFilter(
                          (x3) -> ((order_at_i - tupleElement(x3, 2)) < ({p0:Int64} * 86400000)),
                          x1
                        ),
                        arrayMap((standing0_i) -> arraySlice(standing0_i, -1, 1), standing0),
                        order_at
                      ) AS candidates0
                    FROM (
                      SELECT *,
                        order_category[-1] AS subject_details_category,
                        arrayMap(
                          (order_places_i, order_places_i2, order_villageCode_i) -> arrayFilter(
                            (x4, paid_villageCode_j) -> (
                              ifNull(paid_villageCode_j = order_villageCode_i, 0)
                              AND (tupleElement(x4, 1) < order_places_i2)
                            ),
                            arrayMap(
                              (paid_places_j, paid_at_j) -> (toInt64(paid_places_j), toInt64(paid_at_j), toInt64(0)),
                              paid_places,
                              paid_at
                            ),
                            paid_villageCode
                          ),
                          order_places,
                          order_places,
                          order_villageCode
                        ) AS standing0
                      FROM (
                        SELECT *,
                          arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS order_places,
                          arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS order_at,
                          arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS paid_places,
                          arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS paid_at,
                          arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS order_villageCode,
                          arrayFilter((x, m) -> bitTest(m, 1), all_villageCode, all_marks) AS paid_villageCode,
                          arrayFilter((x, m) -> bitTest(m, 0), all_category_or_voucherId, all_marks) AS order_category,
                          arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS order_townshipCode
                        FROM (
                          SELECT *,
                            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                            arraySlice(
                              tupleElement(timeline, 9 /* cell_villageCode */),
                              1,
                              existing
                            ) AS all_villageCode,
                            arraySlice(
                              tupleElement(timeline, 10 /* cell_category_or_voucherId */),
                              1,
                              existing
                            ) AS all_category_or_voucherId,
                            arraySlice(
                              tupleElement(timeline, 11 /* cell_townshipCode */),
                              1,
                              existing
                            ) AS all_townshipCode,
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
                                cell_villageCode,
                                cell_category_or_voucherId,
                                cell_townshipCode
                              ))) AS timeline
                            FROM (
                              SELECT
                                assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(1 /* hotline.order */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(1 /* order */) AS marks,
                                CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                CAST(category, 'Nullable(String)') AS cell_category_or_voucherId,
                                CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                              FROM cur_hotline_order FINAL
                              UNION ALL
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
                                linked.cell_villageCode AS cell_villageCode,
                                linked.cell_category_or_voucherId AS cell_category_or_voucherId,
                                linked.cell_townshipCode AS cell_townshipCode
                              FROM (
                                SELECT
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(0 /* assets.payment */) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(2 /* paid */) AS marks,
                                  CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                  CAST(voucherId, 'Nullable(String)') AS cell_category_or_voucherId,
                                  CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                                  assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                                FROM cur_assets_payment FINAL
                                WHERE villageCode IS NOT NULL
                              ) AS linked
                              INNER JOIN (
                                SELECT DISTINCT
                                  assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                                  assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                                FROM cur_hotline_order FINAL
                                WHERE villageCode IS NOT NULL
                              ) AS subjects ON linked.k0 = subjects.k0
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
