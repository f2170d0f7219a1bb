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
  toString(length(standing0[first])) AS paidCount_figure,
  toString(arraySum(tupleElement(standing0[first], 3))) AS paidSum_figure,
  toString(0) AS startMs_figure,
  toString(invoice_issuedOn[first]) AS issuedOn_figure,
  toString(invoice_amountFen[first]) AS amountFen_figure,
  toString(all_voucherId_or_villageCode[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0)[first]
  ))]) AS voucherId_figure,
  toString(invoice_villageCode[first]) AS villageCode_subject,
  toString(invoice_townshipCode[first]) AS townshipCode_subject
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
      paidSum_figure,
      startMs_figure,
      issuedOn_figure,
      amountFen_figure,
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* invoice */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* paid */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(invoice_at)
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
                  (w0) -> bitAnd(w0, 3) != 0 /* invoice, paid */,
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
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((met_i) -> (NOT ((tupleElement(met_i, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter(
                (x1, holds_i) -> holds_i,
                arrayMap(
                  (x1, invoice_places_i, x3, x4) -> (toInt64(x1), toInt64(invoice_places_i), toInt64(x3), toInt64(x4)),
                  arrayMap(
                    (invoice_at_i, x2) -> greatest(invoice_at_i, x2),
                    invoice_at,
                    arrayMap(
                      (standing0_i, invoice_amountFen_i) -> tupleElement(
                        standing0_i[if(
                          invoice_amountFen_i IS NULL,
                          0,
                          arrayFirstIndex(
                            s -> toInt128(s) * 100 > toInt128(ifNull(invoice_amountFen_i, 0)) * {p1:Int64},
                            arrayCumSum(tupleElement(standing0_i, 3))
                          )
                        )],
                        2
                      ),
                      standing0,
                      invoice_amountFen
                    )
                  ),
                  invoice_places,
                  arrayEnumerate(invoice_at),
                  arrayMap((invoice_at_i) -> 0, invoice_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (standing0_i, invoice_amountFen_i) -> ifNull(
                    toInt128(arraySum(tupleElement(standing0_i, 3))) * 100 > toInt128(invoice_amountFen_i) * {p1:Int64},
                    0
                  ),
                  standing0,
                  invoice_amountFen
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (invoice_places_i, invoice_places_i2) -> arrayFilter(
                      (x3) -> 1,
                      arrayMap(
                        (paid_places_j, paid_at_j, paid_amountFen_j) -> (
                          toInt64(paid_places_j),
                          toInt64(paid_at_j),
                          toInt64(ifNull(paid_amountFen_j, 0))
                        ),
                        paid_places,
                        paid_at,
                        paid_amountFen
                      )
                    ),
                    invoice_places,
                    invoice_places
                  ) AS standing0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS invoice_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS invoice_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS paid_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS paid_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_amountFen, all_marks) AS paid_amountFen,
                    arrayFilter((x, m) -> bitTest(m, 0), all_amountFen, all_marks) AS invoice_amountFen,
                    arrayFilter((x, m) -> bitTest(m, 0), all_issuedOn, all_marks) AS invoice_issuedOn,
                    arrayFilter(
                      (x, m) -> bitTest(m, 0),
                      all_voucherId_or_villageCode,
                      all_marks
                    ) AS invoice_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS invoice_townshipCode
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 9 /* cell_amountFen */), 1, existing) AS all_amountFen,
                      arraySlice(tupleElement(timeline, 10 /* cell_issuedOn */), 1, existing) AS all_issuedOn,
                      arraySlice(
                        tupleElement(timeline, 11 /* cell_voucherId_or_villageCode */),
                        1,
                        existing
                      ) AS all_voucherId_or_villageCode,
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
                          cell_issuedOn,
                          cell_voucherId_or_villageCode,
                          cell_townshipCode
                        ))) AS timeline
                      FROM (
                        SELECT
                          assumeNotNull(CAST(invoiceNo, 'Nullable(String)')) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(0 /* assets.invoice */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(1 /* invoice */) AS marks,
                          CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                          CAST(toInt32(issuedOn), 'Nullable(Int64)') AS cell_issuedOn,
                          CAST(villageCode, 'Nullable(String)') AS cell_voucherId_or_villageCode,
                          CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                        FROM cur_assets_invoice FINAL
                        UNION ALL
                        SELECT
                          assumeNotNull(CAST(invoiceNo, 'Nullable(String)')) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(1 /* assets.payment */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(if(ifNull(direction = {p0:String}, 0), 2 /* paid */, 0)) AS marks,
                          CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                          CAST(NULL, 'Nullable(Int64)') AS cell_issuedOn,
                          CAST(voucherId, 'Nullable(String)') AS cell_voucherId_or_villageCode,
                          CAST(NULL, 'Nullable(String)') AS cell_townshipCode
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
      )
    )
    WHERE hit OR due > 0
  )
)
