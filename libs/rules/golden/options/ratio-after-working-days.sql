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
  if(hit, toInt64(graceEnd), 0) AS occurredAt,
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
  toString(revisited_at[1]) AS firstAtMs_figure,
  toString(revisited_at[-1]) AS lastAtMs_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* dissatisfied */)), dissatisfied_places)
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (holds AND (NOT (graceEnd > {now:Int64}))) AS hit,
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
          if((lastDated > 0), toInt64(graceEnd), toInt64(0)) AS undecidedUntil
        FROM (
          SELECT *,
            ifNull(
              (
                (
                  (end - 86400000)
                  + (if(
                    {p4:Int64} BETWEEN -366
                      AND 366
                      AND intDiv((end - 86400000) + 28800000, 86400000) BETWEEN calendar.1
                      AND calendar.1
                      + intDiv(length(calendar.2), 2) - 1,
                    if(
                      {p4:Int64} = 0,
                      toInt64(intDiv((end - 86400000) + 28800000, 86400000)),
                      calendar.1
                        + if(
                          (
                            if(
                              (
                                intDiv((end - 86400000) + 28800000, 86400000) - ({p4:Int64} < 0) - calendar.1
                                + 1
                              ) BETWEEN 1
                                AND intDiv(length(calendar.2), 2),
                              toInt64(reinterpretAsUInt16(substring(
                                calendar.2,
                                2 * (
                                  intDiv((end - 86400000) + 28800000, 86400000) - ({p4:Int64} < 0) - calendar.1
                                  + 1
                                ) - 1,
                                2
                              ))),
                              NULL
                            )
                            + {p4:Int64}
                            + ({p4:Int64} < 0) - calendar.3
                            + 1
                          ) BETWEEN 1
                            AND intDiv(length(calendar.4), 2),
                          toInt64(reinterpretAsUInt16(substring(
                            calendar.4,
                            2 * (
                              if(
                                (
                                  intDiv((end - 86400000) + 28800000, 86400000) - ({p4:Int64} < 0) - calendar.1
                                  + 1
                                ) BETWEEN 1
                                  AND intDiv(length(calendar.2), 2),
                                toInt64(reinterpretAsUInt16(substring(
                                  calendar.2,
                                  2 * (
                                    intDiv((end - 86400000) + 28800000, 86400000) - ({p4:Int64} < 0) - calendar.1
                                    + 1
                                  ) - 1,
                                  2
                                ))),
                                NULL
                              )
                              + {p4:Int64}
                              + ({p4:Int64} < 0) - calendar.3
                              + 1
                            ) - 1,
                            2
                          ))),
                          NULL
                        )
                    ),
                    NULL
                  ) - intDiv((end - 86400000) + 28800000, 86400000)) * 86400000
                )
                + 86400000
              ),
              (end + ({p4:Int64} * 86400000))
            ) AS graceEnd
          FROM (
            SELECT *,
              (
                ((whole >= {p2:Int64}) AND (whole > 0))
                AND ifNull(toInt128(part) * 100 > toInt128(whole) * {p3:Int64}, 0)
              ) AS holds,
              (intDiv(lastDated + 28800000, 86400000) + 1) * 86400000 - 28800000 AS end
            FROM (
              SELECT *,
                length(revisited_places) AS whole,
                length(dissatisfied_places) AS part,
                arrayMax(arrayFilter(
                  (x1, x2) -> x2,
                  tupleElement(timeline, 1 /* atMs */),
                  arrayMap(
                    (w0) -> bitAnd(w0, 3) != 0 /* revisited, dissatisfied */,
                    tupleElement(timeline, 8 /* marks */)
                  )
                )) AS lastDated,
                arrayConcat(
                  arrayConcat(
                    CAST([], 'Array(Int64)'),
                    arrayFilter(
                      (x1, x2) -> x2,
                      arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                      arrayMap(
                        (w0) -> bitAnd(w0, 3) != 0 /* revisited, dissatisfied */,
                        arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                      )
                    )
                  ),
                  CAST([], 'Array(Int64)')
                ) AS changes
              FROM (
                SELECT *,
                  arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS dissatisfied_places,
                  arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS revisited_places,
                  arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS revisited_at,
                  arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS dissatisfied_at
                FROM (
                  SELECT *,
                    arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                    arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                    arraySlice(timeline.1, 1, existing) AS all_at,
                    arrayEnumerate(all_at) AS all_places
                  FROM (
                    SELECT
                      scope,
                      arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, marks))) AS timeline
                    FROM (
                      SELECT
                        concat(
                          replaceAll(
                            replaceAll(assumeNotNull(CAST(unitId, 'Nullable(String)')), '%', '%25'),
                            '|',
                            '%7C'
                          ),
                          '|',
                          replaceAll(
                            replaceAll(
                              assumeNotNull(CAST(
                                toString(toDate32(intDiv(atMs + 28800000, 86400000))),
                                'Nullable(String)'
                              )),
                              '%',
                              '%25'
                            ),
                            '|',
                            '%7C'
                          )
                        ) AS scope,
                        toInt64(atMs) AS atMs,
                        toInt64(ifNull(stepNo, 0)) AS ord,
                        id AS id,
                        toUInt8(0 /* hotline.order-event */) AS type,
                        toUInt64(version) AS version,
                        toUInt64(streamOffset) AS streamOffset,
                        toString(hash) AS hash,
                        toUInt64(
                          if(ifNull(action = {p0:String}, 0) AND ifNull(solved = {p1:Bool}, 0), 1 /* dissatisfied */, 0)
                          + if(ifNull(action = {p0:String}, 0), 2 /* revisited */, 0)
                        ) AS marks
                      FROM cur_hotline_order_event_by_unitId_action FINAL
                      WHERE unitId IS NOT NULL
                        AND (
                          (ifNull(action = {p0:String}, 0) AND ifNull(solved = {p1:Bool}, 0))
                          OR (ifNull(action = {p0:String}, 0))
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
    WHERE hit OR due > 0
  )
)
