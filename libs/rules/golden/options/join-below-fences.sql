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
  toString(length(standing0[first])) AS usualCount_figure,
  toString(stat0[first]) AS usualStat_figure,
  toString(arrayMap((own0_i) -> ifNull(own0_i, 0), own0)[first]) AS usualValue_figure,
  toString(length(standing1[first])) AS otherCount_figure,
  toString(stat1[first]) AS otherStat_figure,
  toString(arrayMap((own1_i) -> ifNull(own1_i, 0), own1)[first]) AS otherValue_figure,
  toString(paid_at[first]) AS startMs_figure,
  toString(paid_villageCode[first]) AS villageCode_subject,
  toString(paid_townshipCode[first]) AS townshipCode_subject
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
      usualCount_figure,
      usualStat_figure,
      usualValue_figure,
      otherCount_figure,
      otherStat_figure,
      otherValue_figure,
      startMs_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* paid */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* usual */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(paid_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* other */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
              arrayEnumerate(paid_at)
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
                arrayConcat(
                  CAST([], 'Array(Int64)'),
                  arrayFilter(
                    (x1, x2) -> x2,
                    arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                    arrayMap(
                      (w0) -> bitAnd(w0, 1) != 0 /* paid */,
                      arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                    )
                  )
                ),
                arrayMap(
                  (x1) -> (tupleElement(x1, 4) + 0),
                  arrayFilter(
                    (met_i) -> (
                      ((tupleElement(met_i, 4) + 0) > {now:Int64})
                      AND (tupleElement(met_i, 4) < 9000000000000000)
                    ),
                    met
                  )
                )
              ),
              arrayFilter(
                (x1, x2, x3, x4) -> (
                  x2
                  AND arrayExists(
                    (x5, x6, x7) -> (x5 AND (ifNull(x3 = x6, 0) AND ifNull(x4 = x7, 0))),
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* paid */, tupleElement(timeline, 8 /* marks */)),
                    tupleElement(timeline, 10 /* cell_villageCode */),
                    tupleElement(timeline, 11 /* cell_account */)
                  )
                ),
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 2) != 0 /* usual */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                ),
                arraySlice(tupleElement(timeline, 10 /* cell_villageCode */), existing + 1),
                arraySlice(tupleElement(timeline, 11 /* cell_account */), existing + 1)
              )
            ),
            arrayFilter(
              (x1, x2, x3, x4) -> (
                x2
                AND arrayExists(
                  (x5, x6, x7) -> (x5 AND (ifNull(x3 = x6, 0) AND ifNull(x4 = x7, 0))),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* paid */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 10 /* cell_villageCode */),
                  tupleElement(timeline, 11 /* cell_account */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* usual */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 10 /* cell_villageCode */), existing + 1),
              arraySlice(tupleElement(timeline, 11 /* cell_account */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((met_i) -> (NOT ((tupleElement(met_i, 4) + 0) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter(
                (x1, holds_i) -> holds_i,
                arrayMap(
                  (x1, paid_places_i, x3, subject_due_i) -> (
                    toInt64(x1),
                    toInt64(paid_places_i),
                    toInt64(x3),
                    toInt64(subject_due_i)
                  ),
                  arrayMap(
                    (paid_at_i, subject_due_i) -> greatest(paid_at_i, (subject_due_i + 0)),
                    paid_at,
                    subject_due
                  ),
                  paid_places,
                  arrayEnumerate(paid_at),
                  subject_due
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap(
                    (sorted0_i, stat0_i, own0_i) -> (
                      (length(sorted0_i) >= {p2:Int64})
                      AND ifNull(toInt128(own0_i) * 100 < toInt128(stat0_i) * {p3:Int64}, 0)
                    ),
                    sorted0,
                    stat0,
                    own0
                  ),
                  arrayMap(
                    (sorted1_i, stat1_i, own1_i) -> (
                      (length(sorted1_i) >= {p2:Int64})
                      AND (
                        ((NOT (own1_i IS NULL)) AND (NOT (stat1_i IS NULL)))
                        AND (NOT ifNull(toInt128(own1_i) * 100 > toInt128(stat1_i) * {p3:Int64}, 0))
                      )
                    ),
                    sorted1,
                    stat1,
                    own1
                  )
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (middles1_i, apart1_i) -> toInt64(middles1_i - intDiv(
                      toInt128(toInt64(intDiv(
                        toInt128(apart1_i[intDiv(length(apart1_i) + 1, 2)])
                          + toInt128(apart1_i[intDiv(length(apart1_i), 2) + 1]),
                        2
                      ))) * {p4:Int64},
                      100
                    )),
                    middles1,
                    apart1
                  ) AS stat1
                FROM (
                  SELECT *,
                    arrayMap(
                      (sorted1_i, middles1_i) -> arraySort(arrayMap(
                        (sorted1_j) -> toInt64(abs(toInt128(sorted1_j) - middles1_i)),
                        sorted1_i
                      )),
                      sorted1,
                      middles1
                    ) AS apart1
                  FROM (
                    SELECT *,
                      arrayMap(
                        (subject_limit_i, paid_at_i, subject_office_i) -> if(
                          subject_limit_i < 0,
                          9000000000000000,
                          if(
                            (greatest(subject_limit_i, 0) * 3600000) = 0,
                            toInt64(paid_at_i),
                            arrayMap(
                              t -> toInt64(greatest(
                                paid_at_i,
                                (
                                  calendar.1
                                  + toInt64(reinterpretAsUInt16(substring(
                                    calendar.4,
                                    2 * (
                                      intDiv(t + 10799999, 10800000) - calendar.3
                                      + 1
                                      + throwIf(
                                        (intDiv(t + 10799999, 10800000) - calendar.3 + 1) < 1
                                          OR (
                                            intDiv(t + 10799999, 10800000) - calendar.3
                                            + 1
                                          ) > intDiv(length(calendar.4), 2),
                                        'calendar: day outside'
                                      )
                                    ) - 1,
                                    2
                                  )))
                                ) * 86400000 - 28800000
                                  + arrayMap(u -> 32400000 + u, [toInt64(greatest((t - 1) % 10800000 + 1, 1))])[1]
                              )),
                              [toInt64(subject_office_i + greatest((greatest(subject_limit_i, 0) * 3600000), 1))]
                            )[1]
                          )
                        ),
                        subject_limit,
                        paid_at,
                        subject_office
                      ) AS subject_due,
                      arrayMap(
                        (sorted0_i) -> toInt64(sorted0_i[intDiv(toInt64(length(sorted0_i)) * 25 + 99, 100)] - intDiv(
                          toInt128((sorted0_i[intDiv(
                            toInt64(length(sorted0_i)) * 75 + 99,
                            100
                          )] - sorted0_i[intDiv(toInt64(length(sorted0_i)) * 25 + 99, 100)])) * {p1:Int64},
                          100
                        )),
                        sorted0
                      ) AS stat0,
                      arrayMap(
                        (sorted1_i) -> toInt64(intDiv(
                          toInt128(sorted1_i[intDiv(length(sorted1_i) + 1, 2)])
                            + toInt128(sorted1_i[intDiv(length(sorted1_i), 2) + 1]),
                          2
                        )),
                        sorted1
                      ) AS middles1
                    FROM (
                      SELECT *,
                        arrayMap(
                          (subject_limit_i, paid_at_i) -> arrayMap(
                            (t, y) -> arrayMap(
                              o -> toInt64(if(
                                (
                                  o >= calendar.3
                                  AND calendar.1
                                  + toInt64(reinterpretAsUInt16(substring(
                                    calendar.4,
                                    2 * (o - calendar.3 + 1) - 1,
                                    2
                                  ))) = y
                                ),
                                (o - 1) * 10800000 + least(greatest((t + 28800000) % 86400000 - 32400000, 0), 10800000),
                                o * 10800000
                              )),
                              [toInt64(reinterpretAsUInt16(substring(
                                calendar.2,
                                2 * (
                                  y - calendar.1
                                  + 1
                                  + throwIf(
                                    (y - calendar.1 + 1) < 1 OR (y - calendar.1 + 1) > intDiv(length(calendar.2), 2),
                                    'calendar: day outside'
                                  )
                                ) - 1,
                                2
                              )))]
                            )[1],
                            [toInt64(if(
                              (subject_limit_i < 0),
                              toInt64(ifNull((calendar.1) * 86400000 - 28800000, 0)),
                              toInt64(paid_at_i)
                            ))],
                            [toInt64(intDiv(
                              if(
                                (subject_limit_i < 0),
                                toInt64(ifNull((calendar.1) * 86400000 - 28800000, 0)),
                                toInt64(paid_at_i)
                              )
                                + 28800000,
                              86400000
                            ))]
                          )[1],
                          subject_limit,
                          paid_at
                        ) AS subject_office,
                        arrayMap(
                          (standing0_i) -> arraySort(tupleElement(
                            arrayFilter((standing0_j) -> (tupleElement(standing0_j, 4) > 0), standing0_i),
                            3
                          )),
                          standing0
                        ) AS sorted0,
                        arrayMap(
                          (standing1_i) -> arraySort(tupleElement(
                            arrayFilter((standing1_j) -> (tupleElement(standing1_j, 4) > 0), standing1_i),
                            3
                          )),
                          standing1
                        ) AS sorted1
                      FROM (
                        SELECT *,
                          arrayMap(
                            (paid_at_i) -> toInt64(ifNull(
                              if(intDiv(paid_at_i + 28800000, 86400000) IS NULL, NULL, {p5:Int64}),
                              -1
                            )),
                            paid_at
                          ) AS subject_limit,
                          arrayMap(
                            (paid_places_i, paid_places_i2, paid_villageCode_i, paid_account_i) -> arrayFilter(
                              (x5, usual_villageCode_j, usual_account_j) -> (
                                ifNull(usual_villageCode_j = paid_villageCode_i, 0)
                                AND ifNull(usual_account_j = paid_account_i, 0)
                              ),
                              arrayMap(
                                (usual_places_j, usual_at_j, usual_amountFen_j) -> (
                                  toInt64(usual_places_j),
                                  toInt64(usual_at_j),
                                  toInt64(ifNull(usual_amountFen_j, 0)),
                                  toInt64(if((usual_amountFen_j IS NULL), toInt64(0), toInt64(1)))
                                ),
                                usual_places,
                                usual_at,
                                usual_amountFen
                              ),
                              usual_villageCode,
                              usual_account
                            ),
                            paid_places,
                            paid_places,
                            paid_villageCode,
                            paid_account
                          ) AS standing0,
                          paid_amountFen AS own0,
                          arrayMap(
                            (paid_places_i, paid_places_i2, paid_villageCode_i, paid_account_i) -> arrayFilter(
                              (x5, usual_villageCode_j, usual_account_j) -> (
                                ifNull(usual_villageCode_j = paid_villageCode_i, 0)
                                AND ifNull(usual_account_j = paid_account_i, 0)
                              ),
                              arrayMap(
                                (usual_places_j, usual_at_j, usual_amountFen_j) -> (
                                  toInt64(usual_places_j),
                                  toInt64(usual_at_j),
                                  toInt64(ifNull(usual_amountFen_j, 0)),
                                  toInt64(if((usual_amountFen_j IS NULL), toInt64(0), toInt64(1)))
                                ),
                                usual_places,
                                usual_at,
                                usual_amountFen
                              ),
                              usual_villageCode,
                              usual_account
                            ),
                            paid_places,
                            paid_places,
                            paid_villageCode,
                            paid_account
                          ) AS standing1,
                          paid_amountFen AS own1
                        FROM (
                          SELECT *,
                            arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS paid_places,
                            arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS paid_at,
                            arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS usual_places,
                            arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS usual_at,
                            arrayFilter((x, m) -> bitTest(m, 1), all_amountFen, all_marks) AS usual_amountFen,
                            arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS paid_villageCode,
                            arrayFilter((x, m) -> bitTest(m, 0), all_account, all_marks) AS paid_account,
                            arrayFilter((x, m) -> bitTest(m, 1), all_villageCode, all_marks) AS usual_villageCode,
                            arrayFilter((x, m) -> bitTest(m, 1), all_account, all_marks) AS usual_account,
                            arrayFilter((x, m) -> bitTest(m, 0), all_amountFen, all_marks) AS paid_amountFen,
                            arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS paid_townshipCode
                          FROM (
                            SELECT *,
                              arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                              arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                              arraySlice(tupleElement(timeline, 9 /* cell_amountFen */), 1, existing) AS all_amountFen,
                              arraySlice(
                                tupleElement(timeline, 10 /* cell_villageCode */),
                                1,
                                existing
                              ) AS all_villageCode,
                              arraySlice(tupleElement(timeline, 11 /* cell_account */), 1, existing) AS all_account,
                              arraySlice(
                                tupleElement(timeline, 12 /* cell_townshipCode */),
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
                                  cell_amountFen,
                                  cell_villageCode,
                                  cell_account,
                                  cell_townshipCode
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
                                  any(r.cell_amountFen) AS cell_amountFen,
                                  any(r.cell_villageCode) AS cell_villageCode,
                                  any(r.cell_account) AS cell_account,
                                  any(r.cell_townshipCode) AS cell_townshipCode
                                FROM (
                                  SELECT
                                    assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                                    toInt64(atMs) AS atMs,
                                    toInt64(0) AS ord,
                                    id AS id,
                                    toUInt8(0 /* assets.payment */) AS type,
                                    toUInt64(version) AS version,
                                    toUInt64(streamOffset) AS streamOffset,
                                    toString(hash) AS hash,
                                    toUInt64(if(ifNull(direction = {p0:String}, 0), 1 /* paid */, 0)) AS marks,
                                    CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                                    CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                    CAST(account, 'Nullable(String)') AS cell_account,
                                    CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                                  FROM cur_assets_payment FINAL
                                  WHERE ((ifNull(direction = {p0:String}, 0)))
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
                                    linked.cell_amountFen AS cell_amountFen,
                                    linked.cell_villageCode AS cell_villageCode,
                                    linked.cell_account AS cell_account,
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
                                      toUInt64(if(ifNull(direction = {p0:String}, 0), 2 /* usual */, 0)) AS marks,
                                      CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                                      CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                      CAST(account, 'Nullable(String)') AS cell_account,
                                      CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                                      assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0,
                                      assumeNotNull(CAST(account, 'Nullable(String)')) AS k1
                                    FROM cur_assets_payment FINAL
                                    WHERE villageCode IS NOT NULL
                                      AND account IS NOT NULL
                                      AND ((ifNull(direction = {p0:String}, 0)))
                                  ) AS linked
                                  INNER JOIN (
                                    SELECT DISTINCT
                                      assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                                      assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0,
                                      assumeNotNull(CAST(account, 'Nullable(String)')) AS k1
                                    FROM cur_assets_payment FINAL
                                    WHERE villageCode IS NOT NULL
                                      AND account IS NOT NULL
                                  ) AS subjects ON linked.k0 = subjects.k0 AND linked.k1 = subjects.k1
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
              )
            )
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
