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
  if(hit, toInt64(contract_at[1]), 0) AS occurredAt,
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
  toString(length(contract_at)) AS count_figure,
  toString(contract_at[1]) AS firstAtMs_figure,
  toString(contract_at[-1]) AS lastAtMs_figure,
  toString(arrayMap(
    (contract_atMs_i, contract_villageCode_i, contract_signedOn_i) -> multiIf(
      ifNull(startsWith(contract_villageCode_i, {p0:String}), 0) AND ifNull(contract_signedOn_i >= 20513, 0),
      toNullable({p1:Int64}),
      ifNull(startsWith(contract_villageCode_i, {p2:String}), 0),
      toNullable({p3:Int64}),
      NULL
    ),
    contract_atMs,
    contract_villageCode,
    contract_signedOn
  )[-1]) AS noticeDays_figure,
  toString(arrayFilter(
    (contract_villageCode_i) -> (NOT (contract_villageCode_i IS NULL)),
    contract_villageCode
  )[-1]) AS villageCode_subject,
  toString(arrayFilter(
    (contract_townshipCode_i) -> (NOT (contract_townshipCode_i IS NULL)),
    contract_townshipCode
  )[-1]) AS townshipCode_subject
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
      noticeDays_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* contract */)), contract_places)
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(contract_at) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 1) != 0 /* contract */,
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
          arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS contract_at,
          arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS contract_places,
          arrayFilter((x, m) -> bitTest(m, 0), all_atMs, all_marks) AS contract_atMs,
          arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS contract_villageCode,
          arrayFilter((x, m) -> bitTest(m, 0), all_signedOn, all_marks) AS contract_signedOn,
          arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS contract_townshipCode
        FROM (
          SELECT *,
            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
            arraySlice(tupleElement(timeline, 9 /* cell_atMs */), 1, existing) AS all_atMs,
            arraySlice(tupleElement(timeline, 11 /* cell_villageCode */), 1, existing) AS all_villageCode,
            arraySlice(tupleElement(timeline, 10 /* cell_signedOn */), 1, existing) AS all_signedOn,
            arraySlice(tupleElement(timeline, 12 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
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
                cell_signedOn,
                cell_villageCode,
                cell_townshipCode
              ))) AS timeline
            FROM (
              SELECT
                assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                toInt64(atMs) AS atMs,
                toInt64(0) AS ord,
                id AS id,
                toUInt8(0 /* assets.contract */) AS type,
                toUInt64(version) AS version,
                toUInt64(streamOffset) AS streamOffset,
                toString(hash) AS hash,
                toUInt64(if(
                  (
                    (ifNull(
                      toInt32(startsOn) < if(
                        multiIf(
                          ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                            AND ifNull(toInt32(signedOn) >= 20513, 0),
                          toNullable({p1:Int64}),
                          ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                          toNullable({p3:Int64}),
                          NULL
                        ) BETWEEN -3660
                          AND 3660
                          AND toInt32(signedOn) BETWEEN calendar.1
                          AND calendar.1
                          + intDiv(length(calendar.2), 2) - 1,
                        if(
                          multiIf(
                            ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                              AND ifNull(toInt32(signedOn) >= 20513, 0),
                            toNullable({p1:Int64}),
                            ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                            toNullable({p3:Int64}),
                            NULL
                          ) = 0,
                          toInt64(toInt32(signedOn)),
                          calendar.1
                            + if(
                              (
                                if(
                                  (
                                    toInt32(signedOn) - (multiIf(
                                      ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                        AND ifNull(toInt32(signedOn) >= 20513, 0),
                                      toNullable({p1:Int64}),
                                      ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                      toNullable({p3:Int64}),
                                      NULL
                                    ) < 0) - calendar.1
                                    + 1
                                  ) BETWEEN 1
                                    AND intDiv(length(calendar.2), 2),
                                  toInt64(reinterpretAsUInt16(substring(
                                    calendar.2,
                                    2 * (
                                      toInt32(signedOn) - (multiIf(
                                        ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                          AND ifNull(toInt32(signedOn) >= 20513, 0),
                                        toNullable({p1:Int64}),
                                        ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                        toNullable({p3:Int64}),
                                        NULL
                                      ) < 0) - calendar.1
                                      + 1
                                    ) - 1,
                                    2
                                  ))),
                                  NULL
                                )
                                + multiIf(
                                  ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                    AND ifNull(toInt32(signedOn) >= 20513, 0),
                                  toNullable({p1:Int64}),
                                  ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                  toNullable({p3:Int64}),
                                  NULL
                                )
                                + (multiIf(
                                  ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                    AND ifNull(toInt32(signedOn) >= 20513, 0),
                                  toNullable({p1:Int64}),
                                  ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                  toNullable({p3:Int64}),
                                  NULL
                                ) < 0) - calendar.3
                                + 1
                              ) BETWEEN 1
                                AND intDiv(length(calendar.4), 2),
                              toInt64(reinterpretAsUInt16(substring(
                                calendar.4,
                                2 * (
                                  if(
                                    (
                                      toInt32(signedOn) - (multiIf(
                                        ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                          AND ifNull(toInt32(signedOn) >= 20513, 0),
                                        toNullable({p1:Int64}),
                                        ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                        toNullable({p3:Int64}),
                                        NULL
                                      ) < 0) - calendar.1
                                      + 1
                                    ) BETWEEN 1
                                      AND intDiv(length(calendar.2), 2),
                                    toInt64(reinterpretAsUInt16(substring(
                                      calendar.2,
                                      2 * (
                                        toInt32(signedOn) - (multiIf(
                                          ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                            AND ifNull(toInt32(signedOn) >= 20513, 0),
                                          toNullable({p1:Int64}),
                                          ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                          toNullable({p3:Int64}),
                                          NULL
                                        ) < 0) - calendar.1
                                        + 1
                                      ) - 1,
                                      2
                                    ))),
                                    NULL
                                  )
                                  + multiIf(
                                    ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                      AND ifNull(toInt32(signedOn) >= 20513, 0),
                                    toNullable({p1:Int64}),
                                    ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                    toNullable({p3:Int64}),
                                    NULL
                                  )
                                  + (multiIf(
                                    ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                      AND ifNull(toInt32(signedOn) >= 20513, 0),
                                    toNullable({p1:Int64}),
                                    ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                    toNullable({p3:Int64}),
                                    NULL
                                  ) < 0) - calendar.3
                                  + 1
                                ) - 1,
                                2
                              ))),
                              NULL
                            )
                        ),
                        NULL
                      ),
                      0
                    ))
                    OR (ifNull(
                      toInt32(endsOn) < if(
                        {p4:Int64} BETWEEN -3660
                          AND 3660
                          AND toInt32(signedOn) BETWEEN calendar.1
                          AND calendar.1
                          + intDiv(length(calendar.2), 2) - 1,
                        if(
                          {p4:Int64} = 0,
                          toInt64(toInt32(signedOn)),
                          calendar.1
                            + if(
                              (
                                if(
                                  (toInt32(signedOn) - ({p4:Int64} < 0) - calendar.1 + 1) BETWEEN 1
                                    AND intDiv(length(calendar.2), 2),
                                  toInt64(reinterpretAsUInt16(substring(
                                    calendar.2,
                                    2 * (toInt32(signedOn) - ({p4:Int64} < 0) - calendar.1 + 1) - 1,
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
                                    (toInt32(signedOn) - ({p4:Int64} < 0) - calendar.1 + 1) BETWEEN 1
                                      AND intDiv(length(calendar.2), 2),
                                    toInt64(reinterpretAsUInt16(substring(
                                      calendar.2,
                                      2 * (toInt32(signedOn) - ({p4:Int64} < 0) - calendar.1 + 1) - 1,
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
                      ),
                      0
                    ))
                  ),
                  1 /* contract */,
                  0
                )) AS marks,
                CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                CAST(toInt32(signedOn), 'Nullable(Int64)') AS cell_signedOn,
                CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
              FROM cur_assets_contract FINAL
              WHERE (((
                (ifNull(
                  toInt32(startsOn) < if(
                    multiIf(
                      ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                        AND ifNull(toInt32(signedOn) >= 20513, 0),
                      toNullable({p1:Int64}),
                      ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                      toNullable({p3:Int64}),
                      NULL
                    ) BETWEEN -3660
                      AND 3660
                      AND toInt32(signedOn) BETWEEN calendar.1
                      AND calendar.1
                      + intDiv(length(calendar.2), 2) - 1,
                    if(
                      multiIf(
                        ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                          AND ifNull(toInt32(signedOn) >= 20513, 0),
                        toNullable({p1:Int64}),
                        ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                        toNullable({p3:Int64}),
                        NULL
                      ) = 0,
                      toInt64(toInt32(signedOn)),
                      calendar.1
                        + if(
                          (
                            if(
                              (
                                toInt32(signedOn) - (multiIf(
                                  ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                    AND ifNull(toInt32(signedOn) >= 20513, 0),
                                  toNullable({p1:Int64}),
                                  ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                  toNullable({p3:Int64}),
                                  NULL
                                ) < 0) - calendar.1
                                + 1
                              ) BETWEEN 1
                                AND intDiv(length(calendar.2), 2),
                              toInt64(reinterpretAsUInt16(substring(
                                calendar.2,
                                2 * (
                                  toInt32(signedOn) - (multiIf(
                                    ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                      AND ifNull(toInt32(signedOn) >= 20513, 0),
                                    toNullable({p1:Int64}),
                                    ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                    toNullable({p3:Int64}),
                                    NULL
                                  ) < 0) - calendar.1
                                  + 1
                                ) - 1,
                                2
                              ))),
                              NULL
                            )
                            + multiIf(
                              ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                AND ifNull(toInt32(signedOn) >= 20513, 0),
                              toNullable({p1:Int64}),
                              ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                              toNullable({p3:Int64}),
                              NULL
                            )
                            + (multiIf(
                              ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                AND ifNull(toInt32(signedOn) >= 20513, 0),
                              toNullable({p1:Int64}),
                              ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                              toNullable({p3:Int64}),
                              NULL
                            ) < 0) - calendar.3
                            + 1
                          ) BETWEEN 1
                            AND intDiv(length(calendar.4), 2),
                          toInt64(reinterpretAsUInt16(substring(
                            calendar.4,
                            2 * (
                              if(
                                (
                                  toInt32(signedOn) - (multiIf(
                                    ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                      AND ifNull(toInt32(signedOn) >= 20513, 0),
                                    toNullable({p1:Int64}),
                                    ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                    toNullable({p3:Int64}),
                                    NULL
                                  ) < 0) - calendar.1
                                  + 1
                                ) BETWEEN 1
                                  AND intDiv(length(calendar.2), 2),
                                toInt64(reinterpretAsUInt16(substring(
                                  calendar.2,
                                  2 * (
                                    toInt32(signedOn) - (multiIf(
                                      ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                        AND ifNull(toInt32(signedOn) >= 20513, 0),
                                      toNullable({p1:Int64}),
                                      ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                      toNullable({p3:Int64}),
                                      NULL
                                    ) < 0) - calendar.1
                                    + 1
                                  ) - 1,
                                  2
                                ))),
                                NULL
                              )
                              + multiIf(
                                ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                  AND ifNull(toInt32(signedOn) >= 20513, 0),
                                toNullable({p1:Int64}),
                                ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                toNullable({p3:Int64}),
                                NULL
                              )
                              + (multiIf(
                                ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p0:String}), 0)
                                  AND ifNull(toInt32(signedOn) >= 20513, 0),
                                toNullable({p1:Int64}),
                                ifNull(startsWith(CAST(villageCode, 'Nullable(String)'), {p2:String}), 0),
                                toNullable({p3:Int64}),
                                NULL
                              ) < 0) - calendar.3
                              + 1
                            ) - 1,
                            2
                          ))),
                          NULL
                        )
                    ),
                    NULL
                  ),
                  0
                ))
                OR (ifNull(
                  toInt32(endsOn) < if(
                    {p4:Int64} BETWEEN -3660
                      AND 3660
                      AND toInt32(signedOn) BETWEEN calendar.1
                      AND calendar.1
                      + intDiv(length(calendar.2), 2) - 1,
                    if(
                      {p4:Int64} = 0,
                      toInt64(toInt32(signedOn)),
                      calendar.1
                        + if(
                          (
                            if(
                              (toInt32(signedOn) - ({p4:Int64} < 0) - calendar.1 + 1) BETWEEN 1
                                AND intDiv(length(calendar.2), 2),
                              toInt64(reinterpretAsUInt16(substring(
                                calendar.2,
                                2 * (toInt32(signedOn) - ({p4:Int64} < 0) - calendar.1 + 1) - 1,
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
                                (toInt32(signedOn) - ({p4:Int64} < 0) - calendar.1 + 1) BETWEEN 1
                                  AND intDiv(length(calendar.2), 2),
                                toInt64(reinterpretAsUInt16(substring(
                                  calendar.2,
                                  2 * (toInt32(signedOn) - ({p4:Int64} < 0) - calendar.1 + 1) - 1,
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
                  ),
                  0
                ))
              )))
            )
            GROUP BY scope
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
