WITH
  if(
    hit,
    toInt64(ifNull(
      arrayMin(arrayFilter((x1) -> (x1 > 0), [toInt64(if((first0 > 0), toInt64(spent_at[first0]), toInt64(0)))])),
      0
    )),
    0
  ) AS occurredAt,
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
  toString(if(
    (first0 > 0),
    toInt64(length(arrayFilter((spent_places_i, proof0_i) -> proof0_i, spent_places, proof0))),
    toInt64(0)
  )) AS count_figure,
  toString(if(
    (first0 > 0),
    toInt64(length(arrayDistinct(arrayFilter(
      x -> x IS NOT NULL,
      arrayFilter((spent_villageCode_i, proof0_i) -> proof0_i, spent_villageCode, proof0)
    )))),
    toInt64(0)
  )) AS distinct_figure,
  toString(if((first0 > 0), toInt64(0), toInt64(0))) AS sum_figure,
  toString(if((first0 > 0), toInt64({p1:Int64}), toInt64(0))) AS threshold_figure,
  toString(if(
    (first0 > 0),
    toInt64(arrayFilter((spent_at_i, proof0_i) -> proof0_i, spent_at, proof0)[1]),
    toInt64(0)
  )) AS firstAtMs_figure,
  toString(if(
    (first0 > 0),
    toInt64(arrayFilter((spent_at_i, proof0_i) -> proof0_i, spent_at, proof0)[-1]),
    toInt64(0)
  )) AS lastAtMs_figure,
  toString(arrayFilter(
    (spent_voucherId_i) -> (NOT (spent_voucherId_i IS NULL)),
    spent_voucherId
  )[-1]) AS voucherId_figure,
  toString(arrayFilter(
    (spent_amountFen_i) -> (NOT (spent_amountFen_i IS NULL)),
    spent_amountFen
  )[-1]) AS amountFen_figure,
  toString(arrayFilter(
    (spent_villageCode_i) -> (NOT (spent_villageCode_i IS NULL)),
    spent_villageCode
  )[-1]) AS villageCode_subject,
  toString(arrayFilter(
    (spent_townshipCode_i) -> (NOT (spent_townshipCode_i IS NULL)),
    spent_townshipCode
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
      distinct_figure,
      sum_figure,
      threshold_figure,
      firstAtMs_figure,
      lastAtMs_figure,
      voucherId_figure,
      amountFen_figure
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
            p -> (toUInt32(p), toUInt8(0 /* spent */)),
            arrayFilter((spent_places_i, proof0_i) -> proof0_i, spent_places, proof0)
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (first0 > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 1) != 0 /* spent */,
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
          arrayMap((spent_at_i) -> (first0 > 0), spent_at) AS proof0
        FROM (
          SELECT *,
            arrayFirstIndex((reached0_i) -> reached0_i, reached0) AS first0
          FROM (
            SELECT *,
              arrayMap(
                (x1) -> (x1 >= {p1:Int64}),
                arrayCumSum(arrayMap(
                  (x, k) -> x IS NOT NULL AND k = 1,
                  spent_villageCode,
                  arrayEnumerateUniq(spent_villageCode)
                ))
              ) AS reached0
            FROM (
              SELECT *,
                arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS spent_villageCode,
                arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS spent_at,
                arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS spent_places,
                arrayFilter((x, m) -> bitTest(m, 0), all_voucherId, all_marks) AS spent_voucherId,
                arrayFilter((x, m) -> bitTest(m, 0), all_amountFen, all_marks) AS spent_amountFen,
                arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS spent_townshipCode
              FROM (
                SELECT *,
                  arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                  arraySlice(tupleElement(timeline, 10 /* cell_villageCode */), 1, existing) AS all_villageCode,
                  arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
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
                      cell_villageCode,
                      cell_voucherId,
                      cell_townshipCode
                    ))) AS timeline
                  FROM (
                    SELECT
                      assumeNotNull(CAST(invoiceNo, 'Nullable(String)')) AS scope,
                      toInt64(atMs) AS atMs,
                      toInt64(0) AS ord,
                      id AS id,
                      toUInt8(0 /* assets.payment */) AS type,
                      toUInt64(version) AS version,
                      toUInt64(streamOffset) AS streamOffset,
                      toString(hash) AS hash,
                      toUInt64(if(ifNull(direction = {p0:String}, 0), 1 /* spent */, 0)) AS marks,
                      CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                      CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                      CAST(voucherId, 'Nullable(String)') AS cell_voucherId,
                      CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                    FROM cur_assets_payment_by_invoiceNo FINAL
                    WHERE invoiceNo IS NOT NULL
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
    WHERE hit OR due > 0
  )
)
