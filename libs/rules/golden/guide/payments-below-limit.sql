WITH
  if(hit, toInt64(partAt[first]), 0) AS occurredAt,
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
  toString(length(provenAt)) AS count_figure,
  toString(arraySum(arrayFilter((amounts_i, isProof_i) -> isProof_i, amounts, isProof))) AS sum_figure,
  toString(partLimits[first]) AS limit_figure,
  toString(provenAt[1]) AS firstAtMs_figure,
  toString(provenAt[-1]) AS lastAtMs_figure,
  toString(arrayFilter(
    (paid_villageCode_i) -> (NOT (paid_villageCode_i IS NULL)),
    paid_villageCode
  )[-1]) AS villageCode_subject,
  toString(arrayFilter(
    (paid_townshipCode_i) -> (NOT (paid_townshipCode_i IS NULL)),
    paid_townshipCode
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
      sum_figure,
      limit_figure,
      firstAtMs_figure,
      lastAtMs_figure
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
          arrayMap(
            p -> (toUInt32(p), toUInt8(0 /* paid */)),
            arrayFilter(
              (x1, isProof_i) -> isProof_i,
              arrayFilter((paid_places_i, isPart_i) -> isPart_i, paid_places, isPart),
              isProof
            )
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (first > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
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
            CAST([], 'Array(Int64)')
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arrayFilter((partAt_i, isProof_i) -> isProof_i, partAt, isProof) AS provenAt
        FROM (
          SELECT *,
            arrayMap(
              (next_i, partAt_i) -> ((next_i > 0) AND ((next_i - partAt_i) < ({p2:Int64} * 86400000))),
              next,
              partAt
            ) AS isProof
          FROM (
            SELECT *,
              arrayFirstIndex((reached_i) -> reached_i, reached) AS first,
              arrayReverseFill(
                x -> x > 0,
                arrayMap((reached_i, partAt_i) -> if(reached_i, toInt64(partAt_i), toInt64(0)), reached, partAt)
              ) AS next
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2, partLimits_i) -> (x1 AND (x2 >= partLimits_i)),
                  arrayMap(
                    (a, b, i) -> i >= {p3:Int64} AND a - b < ({p2:Int64} * 86400000),
                    partAt,
                    arrayConcat(
                      arrayResize(CAST([], 'Array(Int64)'), least(({p3:Int64} - 1), length(partAt))),
                      arraySlice(partAt, 1, greatest(toInt64(length(partAt)) - ({p3:Int64} - 1), 0))
                    ),
                    arrayEnumerate(partAt)
                  ),
                  arrayMap(
                    (aj, j) -> arraySum(arrayFilter(
                      (v, a, i) -> i <= j AND aj - a < ({p2:Int64} * 86400000),
                      amounts,
                      partAt,
                      arrayEnumerate(partAt)
                    )),
                    partAt,
                    arrayEnumerate(partAt)
                  ),
                  partLimits
                ) AS reached
              FROM (
                SELECT *,
                  arrayFilter((paid_at_i, isPart_i) -> isPart_i, paid_at, isPart) AS partAt,
                  arrayMap(
                    (x1) -> ifNull(x1, 0),
                    arrayFilter((paid_amountFen_i, isPart_i) -> isPart_i, paid_amountFen, isPart)
                  ) AS amounts,
                  arrayMap(
                    (x1) -> ifNull(x1, 0),
                    arrayFilter((limits_i, isPart_i) -> isPart_i, limits, isPart)
                  ) AS partLimits
                FROM (
                  SELECT *,
                    arrayMap(
                      (paid_amountFen_i, limits_i) -> (
                        ((ifNull(limits_i, 0) > 0) AND ifNull(paid_amountFen_i < limits_i, 0))
                        AND (NOT ifNull(toInt128(paid_amountFen_i) * 100 < toInt128(limits_i) * {p1:Int64}, 0))
                      ),
                      paid_amountFen,
                      limits
                    ) AS isPart
                  FROM (
                    SELECT *,
                      arrayMap(
                        (paid_places_i, paid_villageCode_i, paid_atMs_i) -> multiIf(
                          ifNull(startsWith(paid_villageCode_i, {p4:String}), 0)
                            AND ifNull(intDiv(paid_atMs_i + 28800000, 86400000) >= 20513, 0),
                          toNullable({p5:Int64}),
                          1,
                          toNullable({p6:Int64}),
                          NULL
                        ),
                        paid_places,
                        paid_villageCode,
                        paid_atMs
                      ) AS limits
                    FROM (
                      SELECT *,
                        arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS paid_villageCode,
                        arrayFilter((x, m) -> bitTest(m, 0), all_atMs, all_marks) AS paid_atMs,
                        arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS paid_places,
                        arrayFilter((x, m) -> bitTest(m, 0), all_amountFen, all_marks) AS paid_amountFen,
                        arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS paid_at,
                        arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS paid_townshipCode
                      FROM (
                        SELECT *,
                          arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                          arraySlice(tupleElement(timeline, 11 /* cell_villageCode */), 1, existing) AS all_villageCode,
                          arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                          arraySlice(tupleElement(timeline, 9 /* cell_atMs */), 1, existing) AS all_atMs,
                          arraySlice(tupleElement(timeline, 10 /* cell_amountFen */), 1, existing) AS all_amountFen,
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
                              cell_atMs,
                              cell_amountFen,
                              cell_villageCode,
                              cell_townshipCode
                            ))) AS timeline
                          FROM (
                            SELECT
                              assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(0 /* assets.payment */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(direction = {p0:String}, 0), 1 /* paid */, 0)) AS marks,
                              CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                              CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                              CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                              CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                            FROM cur_assets_payment_by_contractId FINAL
                            WHERE contractId IS NOT NULL
                              AND ((ifNull(direction = {p0:String}, 0)))
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
    WHERE hit OR due > 0
  )
)
