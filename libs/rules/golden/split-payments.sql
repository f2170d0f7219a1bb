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
  toString(arrayCount((x1) -> (x1 > 0), tupleElement(begun1, 1))) AS count_figure,
  toString(all_at[chosen0]) AS firstAtMs_figure,
  toString(all_at[chosen1]) AS lastAtMs_figure,
  toString(arrayFilter((part_voucherId_i) -> (NOT (part_voucherId_i IS NULL)), part_voucherId)[-1]) AS voucherId_figure,
  toString(arrayFilter((part_amountFen_i) -> (NOT (part_amountFen_i IS NULL)), part_amountFen)[-1]) AS amountFen_figure,
  toString(arrayFilter(
    (part_townshipCode_i) -> (NOT (part_townshipCode_i IS NULL)),
    part_townshipCode
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
      voucherId_figure,
      amountFen_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* part */)), [toInt64(chosen0)]),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* part */)), [toInt64(chosen1)])
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
                  (w0) -> bitAnd(w0, 1) != 0 /* part */,
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
          tupleElement(begun1[1], 1) AS chosen1,
          (-tupleElement(begun1[1], 2)) AS chosen0
        FROM (
          SELECT *,
            arrayFilter((r, nth) -> nth = 1, sorted1, arrayEnumerateUniq(tupleElement(sorted1, 1))) AS begun1
          FROM (
            SELECT *,
              arraySort(arrayFlatten(arrayMap(
                (begun0_i) -> arrayMap(
                  (x2) -> (toInt64(x2), toInt64((-tupleElement(begun0_i, 1)))),
                  arrayFilter(
                    (part_places_j) -> (
                      (
                        (part_places_j > tupleElement(begun0_i, 1))
                        AND ((all_at[part_places_j] - all_at[tupleElement(begun0_i, 1)]) < ({p3:Int64} * 86400000))
                      )
                      AND ifNull(all_counterparty[part_places_j] = all_counterparty[tupleElement(begun0_i, 1)], 0)
                    ),
                    part_places
                  )
                ),
                begun0
              ))) AS sorted1
            FROM (
              SELECT *,
                arrayFilter((r, nth) -> nth = 1, sorted0, arrayEnumerateUniq(tupleElement(sorted0, 1))) AS begun0
              FROM (
                SELECT *,
                  arraySort(arrayMap((part_places_i) -> tuple(toInt64(part_places_i)), part_places)) AS sorted0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS part_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_voucherId, all_marks) AS part_voucherId,
                    arrayFilter((x, m) -> bitTest(m, 0), all_amountFen, all_marks) AS part_amountFen,
                    arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS part_townshipCode
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 10 /* cell_counterparty */), 1, existing) AS all_counterparty,
                      arraySlice(tupleElement(timeline, 11 /* cell_voucherId */), 1, existing) AS all_voucherId,
                      arraySlice(tupleElement(timeline, 9 /* cell_amountFen */), 1, existing) AS all_amountFen,
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
                          cell_amountFen,
                          cell_counterparty,
                          cell_voucherId,
                          cell_townshipCode
                        ))) AS timeline
                      FROM (
                        SELECT
                          concat(
                            replaceAll(
                              replaceAll(assumeNotNull(CAST(villageCode, 'Nullable(String)')), '%', '%25'),
                              '|',
                              '%7C'
                            ),
                            '|',
                            replaceAll(
                              replaceAll(
                                assumeNotNull(CAST(
                                  substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 7),
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
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(0 /* assets.payment */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(if(
                            ifNull(direction = {p0:String}, 0)
                              AND projectId IS NULL
                              AND counterparty IS NOT NULL
                              AND ifNull(amountFen >= {p1:Int64}, 0)
                              AND ifNull(amountFen < {p2:Int64}, 0),
                            1 /* part */,
                            0
                          )) AS marks,
                          CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                          CAST(counterparty, 'Nullable(String)') AS cell_counterparty,
                          CAST(voucherId, 'Nullable(String)') AS cell_voucherId,
                          CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                        FROM cur_assets_payment FINAL
                        WHERE ((
                          ifNull(direction = {p0:String}, 0)
                          AND projectId IS NULL
                          AND counterparty IS NOT NULL
                          AND ifNull(amountFen >= {p1:Int64}, 0)
                          AND ifNull(amountFen < {p2:Int64}, 0)
                        ))
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
